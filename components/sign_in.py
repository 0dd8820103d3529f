"""Signing in and out in local mode: a name, kept in a cookie that scripts cannot read."""

from __future__ import annotations

import streamlit as st

_CSS = """
form { display: grid; gap: 8px; max-width: 344px; font: 400 15px/22px var(--st-font); }
label { font-weight: 600; }
input { font: inherit; padding: 9px 12px; border: 1px solid color-mix(in srgb, var(--st-gray-color) 88%,
  var(--st-background-color)); border-radius: var(--st-base-radius); background: var(--st-background-color);
  color: var(--st-text-color); }
input:focus-visible, button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
button { font: inherit; font-weight: 600; min-height: 44px; border: 0; border-radius: var(--st-base-radius);
  background: var(--st-primary-color); color: var(--st-background-color); cursor: pointer; margin-top: 8px; }
p { min-height: 22px; margin: 0; color: var(--st-red-text-color); }
"""
_HTML = """
<form><label for="who">Your name or e-mail address</label>
<input id="who" name="who" autocomplete="username" required maxlength="250" autofocus>
<button>Continue</button><p role="alert"></p></form>
"""
_JS = """
export default function ({ parentElement }) {
  const form = parentElement.querySelector("form");
  form.onsubmit = async (event) => {
    event.preventDefault();
    const answer = await fetch("/sign-in", { method: "POST", body: form.who.value }).catch(() => null);
    if (answer?.ok) window.location.reload();
    else form.querySelector("p").textContent = answer ? await answer.text() : "The app does not answer. Please try again.";
  };
  form.who.focus();
}
"""
_OUT_CSS = """
div { display: flex; gap: 12px; justify-content: flex-end; align-items: baseline; font: 400 14px/20px var(--st-font);
  color: var(--st-gray-text-color); }
button { font: inherit; color: var(--st-link-color); background: none; border: 0; padding: 4px; cursor: pointer;
  text-decoration: underline; }
"""
_OUT_JS = """
export default function ({ parentElement, data }) {
  parentElement.querySelector("span").textContent = data.name;
  parentElement.querySelector("button").onclick = async () => {
    await fetch("/sign-out", { method: "POST" });
    window.location.assign("/");
  };
}
"""
_SIGN_IN = st.components.v2.component("sign_in", html=_HTML, css=_CSS, js=_JS)
_SIGN_OUT = st.components.v2.component(
    "sign_out",
    html="<div><span></span><button type='button'>Change name</button></div>",
    css=_OUT_CSS,
    js=_OUT_JS,
)


def sign_in(*, local: bool, contact: str) -> None:
    """Ask for a name in local mode; elsewhere say that nobody is signed in."""
    with st.container(key="welcome"):
        st.title("Review", anchor=False)
        if local:
            st.text("Read what the app answered and say what you think of it.")
            _SIGN_IN(key="sign_in")
        else:
            st.text(f"You are not signed in. Please open this page from where you sign in, or ask {contact}.")


def sign_out(name: str) -> None:
    """Show who is signed in, and let another person take over."""
    _SIGN_OUT(key="sign_out", data={"name": name})
