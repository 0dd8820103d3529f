"""The demo: real conversations of the MT-RAG benchmark, and what experts and judges said."""
