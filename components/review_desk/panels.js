// Panels: dialogs, the find bar, the item list, links. They tell the desk what was chosen.

const STATUS_WORDS = { pending: "open", complete: "done", declined: "skipped" };

const SIZES = [0.875, 1, 1.125, 1.25, 1.5];

/** Actions that only open, close or use a panel. */
const PANEL_ACTIONS = {
  find: (panels) => panels.openFind(),
  findNext: (panels) => panels.jump(1),
  findBefore: (panels) => panels.jump(-1),
  findClose: (panels) => panels.closeFind(),
  sheet: (panels) => panels.open("sheet"),
  instructions: (panels) => panels.open("text", panels.desk.wire.data.instructions),
  list: (panels) => panels.openList(),
  copy: (panels) => panels.copyLink(),
  panelClose: (panels) => panels.close(),
  larger: (panels) => panels.resize(1),
  smaller: (panels) => panels.resize(-1),
  grab: (panels) => panels.desk.frame.classList.toggle("open"),
};

/** Opens and closes what lies above the desk. */
class Panels {
  /** @param {ShadowRoot} root @param {Desk} desk */
  constructor(root, desk) {
    this.root = root;
    this.desk = desk;
    this.hit = 0;
    this.bar = root.querySelector(".findbar");
    this.input = this.bar.querySelector("input");
    root.querySelector(".keys").replaceChildren(...KEY_SHEET.flatMap(([keys, what]) => [
      make("dt", {}, ...keys.split(" ").map((k) => (k === "–" ? k : cap(k)))), make("dd", {}, what)]));
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => this.find());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); this.jump(event.shiftKey ? -1 : 1); }
    });
    const skip = this.panel("skip");
    skip.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); skip.close("skip"); }
    });
    skip.addEventListener("close", () => {
      if (skip.returnValue === "skip") this.desk.skip(this.root.querySelector("#skip-why").value);
      skip.returnValue = "";
    });
    this.panel("intro").addEventListener("close", () => this.desk.begin());
    this.panel("link").addEventListener("close", () => {
      const dialog = this.panel("link");
      if (dialog.returnValue === "open") window.open(this.address, "_blank", "noopener,noreferrer");
      dialog.returnValue = "";
    });
  }

  /** Make the text larger or smaller by a step; by 0 as it was last time. */
  resize(by) {
    const { frame, wire } = this.desk;
    const at = Math.min(Math.max(SIZES.indexOf(wire.notes.size) + by, 0), SIZES.length - 1);
    frame.style.setProperty("--size", String(SIZES[at]));
    if (by) wire.notes.resized(SIZES[at]);
  }

  panel(name) {
    return this.root.querySelector(`dialog[data-panel="${name}"]`);
  }

  get isOpen() {
    return Boolean(this.root.querySelector("dialog[open]"));
  }

  /** Open a panel; `html` (already made safe by the server) fills its prose. */
  open(name, html = null) {
    const dialog = this.panel(name);
    if (html !== null) dialog.querySelector(".prose").replaceChildren(fromServer(html));
    if (dialog.open) return;
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  close() {
    this.root.querySelector("dialog[open]")?.close("");
  }

  /** A link of a trace is opened only on purpose, with its address in sight. */
  askLink(address) {
    this.address = address;
    this.panel("link").querySelector(".address").textContent = address;
    const host = URL.canParse(address) ? new URL(address).hostname || address : address;
    this.panel("link").querySelector(".go").textContent = `Open ${host}`;
    this.open("link");
  }

  /** Copy the address of the item on screen. */
  async copyLink() {
    const { item, held, wire } = this.desk;
    const trace = item ? `&item=${encodeURIComponent(held.get(item).trace_id)}` : "";
    await navigator.clipboard?.writeText(`${location.origin}${wire.data.link}${trace}`);
    this.desk.say("The link to this item is copied.");
  }

  // ---- find in this item ------------------------------------------------------------------

  openFind() {
    this.bar.hidden = false;
    this.input.select();
    this.input.focus();
    if (this.input.value) this.find();
  }

  closeFind() {
    this.bar.hidden = true;
    this.desk.reader.clearMarks();
    this.desk.reader.focus();
  }

  find() {
    const hits = this.desk.reader.find(this.input.value);
    this.hit = -1;
    if (hits) this.jump(1); else this.noHits();
  }

  noHits() {
    const isLooking = this.desk.wire.parts.length > 0;
    this.words(this.input.value ? (isLooking ? "Looking …" : "Not found") : "");
  }

  /** A part of the item came in: what it holds joins the hits; the one in sight stays the same. */
  findAgain() {
    if (this.bar.hidden || !this.input.value) return;
    const { reader } = this.desk;
    const here = reader.marks[this.hit];
    const hits = reader.find(this.input.value);
    const isHere = (hit) => hit.startContainer === here?.startContainer && hit.startOffset === here.startOffset;
    this.hit = reader.marks.findIndex(isHere);
    if (this.hit >= 0) {
      reader.markHere(this.hit);
      this.words(`${this.hit + 1} of ${hits}`);
    } else if (hits) this.jump(1);
    else this.noHits();
  }

  jump(by) {
    const hits = this.desk.reader.marks.length;
    if (!hits) return;
    this.hit = (this.hit + by + hits) % hits;
    this.desk.reader.jump(this.hit);
    this.words(`${this.hit + 1} of ${hits}`);
  }

  words(text) {
    this.bar.querySelector(".hits").textContent = text;
  }

  // ---- my items ---------------------------------------------------------------------------

  openList() {
    this.drawList(this.desk.state, this.desk.wire.titles);
    this.open("list");
    this.desk.wire.askTitles();
  }

  /** Draw the list of all items: number, first words where known, status. */
  drawList(state, titles) {
    const rows = state.order.map((key, index) => make("button", {
      type: "button", role: "listitem", class: `row-item ${key === state.at ? "at" : ""}`,
      click: () => { this.close(); this.desk.go(key); },
    },
    make("span", { class: "num" }, String(index + 1)),
    make("span", { class: "t" }, titles?.[key] || `Item ${index + 1}`),
    make("span", { class: "x" }, STATUS_WORDS[state.status[key]])));
    this.panel("list").querySelector(".items").replaceChildren(...rows);
    this.panel("list").querySelector(".at")?.scrollIntoView({ block: "center" });
  }
}
