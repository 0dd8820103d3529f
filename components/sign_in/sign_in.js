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
