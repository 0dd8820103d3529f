"""The rules: plain Python on values.

Nothing here knows Streamlit, MLflow, the clock, the network or the disk.
"""
