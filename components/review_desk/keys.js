// Keys and other signs of life: which action a key press means, and what is listened to.

/** What is shown on the key sheet, in this order. */
const KEY_SHEET = [
  ["1 – 9", "Choose an answer"],
  ["0", "Cannot judge, then one key for why"],
  ["↑ ↓", "Question before, next question"],
  ["Enter", "Next question"],
  ["Ctrl Enter", "Save and go on"],
  ["Backspace", "Clear this answer"],
  ["← →", "Item before, next item"],
  ["Space", "Read on, with Shift back"],
  ["S", "Skip with a reason"],
  ["U", "Undo the last save or skip"],
  ["N", "Write a note"],
  ["W", "Write why"],
  ["P", "Pin the step that failed first"],
  ["E", "Open everything, close everything"],
  ["A", "All steps"],
  ["J", "Raw data"],
  ["F", "Find in this item"],
  ["L", "List of my items"],
  ["I", "Instructions"],
  ["+ −", "Larger or smaller text"],
  ["Esc", "Leave a text field, close a panel"],
  ["?", "This sheet"],
];

const PLAIN = {
  ArrowUp: "questionBefore", ArrowDown: "questionNext", Enter: "questionNext",
  ArrowLeft: "itemBefore", ArrowRight: "itemNext", Backspace: "clear", Delete: "clear",
  s: "skip", u: "undo", n: "note", w: "why", p: "pin", e: "everything", a: "allSteps",
  j: "raw", "{": "raw", f: "find", "/": "find", l: "list", i: "instructions", "+": "larger", "=": "larger",
  "-": "smaller", "?": "sheet", Escape: "escape",
};
const REPEATS = new Set(["questionBefore", "questionNext", "itemBefore", "itemNext"]);

/** Whether the person is typing: inside a shadow root only the composed path tells. */
function isTyping(event) {
  const target = event.composedPath()[0];
  const name = target?.tagName;
  return name === "TEXTAREA" || name === "SELECT" || target?.isContentEditable
    || (name === "INPUT" && !["checkbox", "radio", "button"].includes(target.type));
}

/**
 * The action of a key press; null when it is none of ours.
 * @returns {{do: string, digit?: number}|null}
 */
function actionOf(event, typing) {
  if (event.isComposing || event.keyCode === 229) return null;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    return event.repeat ? null : { do: "save" };
  }
  if (event.key === "Escape") return { do: "escape" };
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (/^[0-9]$/.test(event.key)) return event.repeat ? null : { do: "digit", digit: Number(event.key) };
  const action = PLAIN[event.key] ?? PLAIN[event.key.toLowerCase()];
  if (!action || (event.repeat && !REPEATS.has(action))) return null;
  return { do: action };
}

/**
 * The desk of a new root. Streamlit may throw the component away in mid-life and mount it anew (a
 * fragment that runs right after a whole run): then the desk of this document moves in as it is.
 */
function deskIn(root, data) {
  const { desk } = thisTab();
  const same = desk && desk.state.campaign === data.campaign && desk.state.person === data.person;
  if (!same || data.order) return (thisTab().desk = new Desk(root, data)); // asked for everything anew
  return moveIn(root, desk);
}

/** Put a living desk where Streamlit has drawn an empty one. */
function moveIn(root, desk) {
  const { scrollTop } = desk;
  root.querySelector(".desk").replaceWith(desk.frame);
  desk.root = desk.panels.root = root;
  for (const dialog of root.querySelectorAll("dialog[open]")) {
    dialog.removeAttribute("open");
    dialog.showModal();
  }
  desk.focused?.focus({ preventScroll: true });
  desk.reader.pane.scrollTop = scrollTop;
  return desk;
}

/** Called by Streamlit at mount and at every change of data; may be cleaned up in mid-life. */
export default function mount({ data: [data], parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement;
  root.host.dataset.testid = "desk-host";
  root.host.dataset.reactAriaTopLayer = "true"; // Streamlit's "Connection error" must not freeze the desk
  const desk = (root.reviewDesk ??= deskIn(root, data));
  if (!root.contains(desk.frame)) moveIn(root, desk); // a new version has drawn its own
  const { wire } = desk;
  root.reviewDeskUnbind?.(); // Streamlit runs this again without cleaning up first
  const post = (value) => setStateValue("wire", value);
  wire.leaving = () => setTriggerValue("leave", true);
  const onKey = (event) => {
    wire.sign();
    desk.focused = root.activeElement;
    desk.scrollTop = desk.reader.pane.scrollTop;
    if (desk.panels.isOpen) return;
    const typing = isTyping(event);
    const action = actionOf(event, typing);
    if (!typing) event.stopPropagation();
    const [target] = event.composedPath();
    const pressed = event.key === "Enter" && !event.ctrlKey && !event.metaKey && target?.matches?.("button, a, summary");
    if (!action || (pressed && !target.matches(".ext"))) return;
    event.preventDefault();
    event.stopPropagation();
    if (pressed) target.click(); // a link of a trace has no address for the browser to follow
    else desk.act(action.do, action.digit);
  };
  const onClick = (event) => {
    const button = event.composedPath().find((e) => e.dataset?.do);
    if (button) desk.act(button.dataset.do);
    else if (!event.composedPath().some((e) => e.classList?.contains("menu"))) desk.$(".menu").hidden = true;
  };
  const keepFromStreamlit = (event) => event.stopPropagation(); // its own r and c
  const onSign = () => wire.sign();
  const onHide = () => { wire.countTime(); wire.notes.flush(); };
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("pointermove", onSign, { passive: true });
  window.addEventListener("wheel", onSign, { passive: true });
  document.addEventListener("visibilitychange", onHide);
  window.addEventListener("pagehide", onHide);
  root.addEventListener("click", onClick);
  root.addEventListener("keydown", keepFromStreamlit);
  const beat = setInterval(() => wire.beat(), 1000);
  wire.receive(data, post);
  root.reviewDeskUnbind = () => {
    onHide();
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("pointermove", onSign);
    window.removeEventListener("wheel", onSign);
    document.removeEventListener("visibilitychange", onHide);
    window.removeEventListener("pagehide", onHide);
    root.removeEventListener("click", onClick);
    root.removeEventListener("keydown", keepFromStreamlit);
    clearInterval(beat);
  };
  return root.reviewDeskUnbind;
}
