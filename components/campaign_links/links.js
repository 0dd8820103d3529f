/** Follow a page's own links without loading it anew, and copy the links meant for others. */
export default function ({ parentElement, setTriggerValue }) {
  const copy = async (button) => {
    const link = new URL(button.dataset.copy, window.location.href).href;
    const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
    if (!copied) { window.prompt("Copy this link:", link); return; }
    const words = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = words; }, 2000);
  };
  const follow = (event) => {
    const found = event.target.closest?.("a[data-go], button[data-copy]");
    if (!found || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (found.dataset.copy) copy(found);
    else setTriggerValue("go", found.getAttribute("href"));
  };
  document.removeEventListener("click", parentElement.follow);
  parentElement.follow = follow;
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
