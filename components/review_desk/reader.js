// The reader: items as ready-made DOM, so that showing the next one is only a switch.
// All HTML comes from components/safe_text.py; nothing from a trace is parsed or run here.

/** The one door for HTML: what components/safe_text.py made, as nodes. */
function fromServer(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The trace of a session that a node belongs to; "" in an item of one trace. */
function traceOf(node) {
  return node?.closest("[data-trace]")?.dataset.trace ?? "";
}

const HELD_IN_DOM = 12; // articles kept laid out; others wait as HTML

/** Shows one item at a time and opens what is folded. */
class Reader {
  /**
   * @param {HTMLElement} pane the scrolling pane
   * @param {(item: string, part: string) => void} askPart asks the server for a folded rest
   * @param {(address: string) => void} openLink asks the person before a link is opened
   */
  constructor(pane, askPart, openLink) {
    this.pane = pane;
    this.column = pane.querySelector(".col");
    this.askPart = askPart;
    /** @type {Map<string, HTMLElement>} */ this.articles = new Map();
    /** @type {Map<string, number>} */ this.scrolled = new Map();
    this.shown = null;
    this.lastStep = null;
    this.pins = {};
    this.marks = [];
    pane.addEventListener("click", (event) => this.clicked(event, openLink));
  }

  /** Lay an item out ahead of time. */
  hold(item, html) {
    if (this.articles.has(item)) return;
    const frame = document.createElement("div");
    frame.className = item === this.shown ? "held on" : "held";
    frame.dataset.item = item;
    frame.append(fromServer(html));
    this.column.append(frame);
    this.articles.set(item, frame);
    for (const [old, article] of this.articles) {
      if (this.articles.size <= HELD_IN_DOM) break;
      if (old !== this.shown && old !== item) { article.remove(); this.articles.delete(old); }
    }
  }

  has(item) {
    return this.articles.has(item);
  }

  /** Throw an item away, so that it is asked for anew. */
  drop(item) {
    this.articles.get(item)?.remove();
    this.articles.delete(item);
  }

  /** Switch to an item that is held. */
  show(item) {
    if (this.shown === item) return;
    this.clearMarks();
    if (this.shown) {
      this.scrolled.set(this.shown, this.pane.scrollTop);
      this.articles.get(this.shown)?.classList.remove("on");
    }
    this.articles.get(item).classList.add("on");
    this.pane.scrollTop = this.scrolled.get(item) ?? 0;
    this.shown = item;
    this.lastStep = null;
  }

  /** Give the keys that scroll (Space, Page up and down, Home, End) to the item. */
  focus() {
    this.pane.focus({ preventScroll: true });
  }

  get article() {
    return this.articles.get(this.shown);
  }

  clicked(event, openLink) {
    const button = event.target.closest("button, a.ext");
    if (!button || !this.pane.contains(button)) return;
    if (button.matches("a.ext")) openLink(button.dataset.href);
    else if (button.matches(".more")) this.more(button);
    else if (button.matches(".clip")) this.unfold(button, button.getAttribute("aria-expanded") !== "true");
    else if (button.matches(".ln")) {
      const open = button.getAttribute("aria-expanded") !== "true";
      this.fold(button, open);
      if (open && button.dataset.span) this.lastStep = button;
    }
  }

  unfold(button, open) {
    button.setAttribute("aria-expanded", String(open));
    button.parentElement.classList.toggle("open", open);
  }

  /** Open or close a fold; what it defers is asked for when it opens. */
  fold(button, open) {
    if (!button.hasAttribute("aria-expanded")) return;
    button.setAttribute("aria-expanded", String(open));
    const detail = button.nextElementSibling;
    if (detail) detail.hidden = !open;
    if (open) for (const later of detail?.querySelectorAll(":scope > .later") ?? []) this.later(later);
  }

  later(place) {
    if (place.dataset.asked) return;
    place.dataset.asked = "true";
    place.textContent = "Loading …";
    this.askPart(place.closest(".held").dataset.item, place.dataset.part);
  }

  more(button) {
    if (button.disabled) return;
    button.disabled = true;
    button.textContent = "Loading …";
    this.askPart(button.closest(".held").dataset.item, button.dataset.part);
  }

  /** Put a part that came from the server where it belongs. */
  fill(item, part, html) {
    const frame = this.articles.get(item);
    for (const place of frame?.querySelectorAll(`[data-part="${CSS.escape(part)}"]`) ?? []) {
      const content = fromServer(html);
      if (place.matches(".later")) place.replaceChildren(content);
      else (place.closest(".rest") ?? place).replaceWith(content);
    }
    if (item === this.shown) this.pin(this.pins);
  }

  /** Open every fold of the item, or close them all when they are open. */
  everything() {
    const folds = [...this.article.querySelectorAll("button.ln[aria-expanded]")];
    const top = folds.filter((b) => !b.closest(".later") && !b.nextElementSibling?.querySelector(":scope > .later[data-part$=raw]"));
    const open = top.some((b) => b.getAttribute("aria-expanded") !== "true");
    for (const button of top) this.fold(button, open);
    for (const button of this.article.querySelectorAll("button.clip")) this.unfold(button, open);
    if (open) for (const button of this.article.querySelectorAll("button.more")) this.more(button);
  }

  /** The turn of a session that is being read; null in an item of one trace. */
  get turn() {
    const turns = [...this.article.querySelectorAll("[data-trace]")];
    const top = this.pane.getBoundingClientRect().top + 96;
    return turns.find((turn) => turn.getBoundingClientRect().bottom > top) ?? turns.at(-1) ?? null;
  }

  /** Open or close the fold that defers `part` ("steps" or "raw") and bring it into view. */
  toggle(part) {
    const place = (this.turn ?? this.article).querySelector(`.later[data-part$="${part}"]`);
    const button = place?.closest(".det")?.previousElementSibling;
    if (!button) return;
    this.fold(button, button.getAttribute("aria-expanded") !== "true");
    button.scrollIntoView({ block: "start" });
  }

  /** The step in focus, else the one opened last, and its trace ("" for the item's own). */
  stepInHand(root) {
    const line = root.activeElement?.closest?.("[data-span]") ?? this.lastStep;
    return { trace: traceOf(line ?? this.turn), span: line?.dataset.span ?? "" };
  }

  /** Mark the pinned step of each trace. */
  pin(pins) {
    this.pins = pins;
    for (const line of this.article.querySelectorAll(".pinned")) line.classList.remove("pinned");
    if (!Object.keys(pins).length) return;
    for (const line of this.article.querySelectorAll("[data-span]")) {
      if (pins[traceOf(line)] === line.dataset.span) line.classList.add("pinned");
    }
  }

  /** Mark all hits of a text, also in folded parts; deferred parts are asked for. */
  find(query) {
    this.clearMarks();
    if (!query) return 0;
    for (const later of this.article.querySelectorAll(".later:not([data-part$=raw])")) this.later(later);
    for (const button of this.article.querySelectorAll("button.more")) this.more(button);
    const walker = document.createTreeWalker(this.article, NodeFilter.SHOW_TEXT);
    const needle = query.toLowerCase();
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + needle.length);
        found.push(range);
        if (found.length >= 2000) break;
      }
    }
    this.marks = found;
    if (CSS.highlights) CSS.highlights.set("desk-find", new Highlight(...found));
    return found.length;
  }

  /** Jump to hit number `index`, opening the folds around it. */
  jump(index) {
    const range = this.marks[index];
    if (!range) return;
    const start = range.startContainer.parentElement;
    for (let fold = start.closest(".det"); fold; fold = fold.parentElement.closest(".det")) {
      this.fold(fold.previousElementSibling, true);
    }
    const clip = start.closest(".held *:has(> button.clip)")?.querySelector(":scope > button.clip");
    if (clip) this.unfold(clip, true);
    this.markHere(index);
    this.center(range, this.shown, 6);
  }

  /** Scroll a hit to the middle, some frames long: what is laid out on the way there moves it. */
  center(range, item, frames) {
    if (item !== this.shown) return;
    this.pane.scrollTop += range.getBoundingClientRect().top - this.pane.clientHeight / 2;
    if (frames) requestAnimationFrame(() => this.center(range, item, frames - 1));
  }

  /** Mark hit number `index` as the one in sight. */
  markHere(index) {
    if (CSS.highlights) CSS.highlights.set("desk-find-here", new Highlight(this.marks[index]));
  }

  clearMarks() {
    this.marks = [];
    CSS.highlights?.delete("desk-find");
    CSS.highlights?.delete("desk-find-here");
  }
}
