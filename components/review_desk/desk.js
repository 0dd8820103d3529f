// The desk: what the person does, carried out on state, outbox, reader, form and panels.

class Desk {
  /** @param {ShadowRoot} root @param {Object} data the first data of the server */
  constructor(root, data) {
    this.root = root;
    this.$ = (selector) => this.root.querySelector(selector);
    this.frame = this.$(".desk");
    this.state = newState(data.campaign, data.person, data.questions, data.advance);
    this.held = new Map(); // key -> what the server sent about the item
    this.facts = new Map(); // key -> what is shown after the own answer: html, lesson, shown
    this.wire = new Wire(this, data);
    this.reader = new Reader(this.$(".read"), (item, part) => this.wire.askPart(item, part),
      (address) => this.panels.askLink(address));
    this.panels = new Panels(root, this);
    this.answering = new Answering(this);
    this.form = new Form(this.$(".asked"), data.questions, this.answering);
  }

  get item() { return this.state.at; }

  /** Whether a practice item is on screen that is answered: the right answers are shown. */
  get isLesson() {
    return Boolean(this.item && this.held.get(this.item).practice && this.state.status[this.item] === "complete");
  }

  /** Carry out an action of the keyboard, a button or the menu. */
  act(action, digit) {
    const menu = this.$(".menu");
    menu.hidden = action !== "menu" || !menu.hidden;
    this.$("[data-do=menu]").setAttribute("aria-expanded", String(!menu.hidden));
    this.say("");
    if (PANEL_ACTIONS[action]) PANEL_ACTIONS[action](this.panels);
    else if (this.answering[`do_${action}`]) this.answering.act(action, digit);
    else this[`do_${action}`]?.();
  }

  // ---- going on ---------------------------------------------------------------------------

  do_save() {
    if (this.isLesson) this.goOn(this.next()); else this.finish("submit");
  }

  /** The next open item, null when all are done; undefined, and asked for, while it is not in hand. */
  next() {
    const next = nextPending(this.state, this.item);
    if (!next || this.held.has(next)) return next;
    this.say("Loading the next item …");
    this.wire.send();
    return undefined;
  }

  goOn(next) {
    if (next) this.go(next);
    else if (next === null) this.finished();
  }

  /** Nothing happens while the next item is not in hand: no key is ever spent on a guess. */
  finish(kind) {
    const { item, state } = this;
    if (!item) return;
    if (this.wire.data.status !== "open") { this.say(this.wire.data.notice); return; }
    const problem = kind === "submit" ? firstProblem(state, item) : null;
    if (problem) { this.refuse(problem); return; }
    const stays = kind === "submit" && this.held.get(item).practice;
    const next = stays ? item : this.next();
    if (next === undefined) return;
    this.wire.enter(kind, item);
    if (stays) this.teach(); else this.goOn(next);
  }

  /** Stay on a practice item: the right answers come once the own ones are durable. */
  teach() {
    this.frame.classList.add("open");
    this.$(".qs").scrollTop = 0;
    this.reader.focus();
    this.draw();
  }

  /** Say what is missing and lead there; on a small screen the sheet opens. */
  refuse({ index, sentence }) {
    const question = this.state.questions[index];
    const answered = isAnswered(question, draftOf(this.state, this.item).answers[question.name]);
    this.frame.classList.add("open");
    this.answering.to(index);
    if (answered && question.kind !== "number") this.form.focusText(index, true);
    else this.reader.focus();
    this.say(sentence, true);
  }

  finished() {
    this.state.at = null;
    this.draw();
  }

  do_skip() {
    if (!this.item || this.isLesson) return;
    this.$("#skip-why").value = draftOf(this.state, this.item).skip_reason;
    this.panels.open("skip");
  }

  skip(reason) {
    draftOf(this.state, this.item).skip_reason = reason;
    this.finish("skip");
  }

  do_undo() {
    const item = undoLast(this.state);
    if (!item) { this.say("There is nothing to undo in this tab."); return; }
    this.wire.enter("undo", item);
    this.go(item);
    this.say("Taken back. Change it and save again.");
  }

  do_reopen() {
    if (!this.item || this.state.status[this.item] === "pending") return;
    this.wire.enter("reopen", this.item);
    this.draw();
    this.say("This item is open again.");
  }

  do_itemBefore() { this.step(-1); }
  do_itemNext() { this.step(1); }

  step(by) {
    const { order } = this.state;
    const at = this.item ? order.indexOf(this.item) : order.length;
    if (order[at + by]) this.go(order[at + by]);
    else this.say(by > 0 ? "This is the last item." : "This is the first item.");
  }

  /** Show an item that is in hand; ask for one that is not. */
  go(item) {
    this.wire.wish = this.held.has(item) ? null : item;
    if (this.wire.wish) {
      this.say("Loading this item …");
      this.wire.send();
      return;
    }
    this.wire.sign();
    this.state.at = item;
    this.state.question = 0;
    this.frame.classList.remove("open");
    this.$(".qs").scrollTop = 0;
    this.reader.focus(); // a cursor left in a text would write into this item
    this.reader.hold(item, this.held.get(item).html);
    this.reader.show(item);
    this.draw();
  }

  // ---- looking ----------------------------------------------------------------------------

  do_everything() { if (this.item) this.reader.everything(); }
  do_allSteps() { if (this.item) this.reader.toggle("steps"); }
  do_raw() { if (this.item) this.reader.toggle("raw"); }
  do_leave() { this.wire.leave(); }

  begin() {
    this.wire.notes.begin();
    this.state.seconds = {}; // the introduction is no part of the first item
    this.reader.focus();
  }

  do_escape() {
    if (this.form.asking) this.form.askWhyNot(null);
    else if (!this.$(".findbar").hidden) this.panels.closeFind();
    else this.reader.focus();
  }

  // ---- drawing ----------------------------------------------------------------------------

  say(sentence, isProblem = false) {
    this.$(".say").textContent = sentence ?? "";
    this.$(".say").classList.toggle("problem", isProblem);
  }

  fillForm() {
    if (this.item) this.form.fill(draftOf(this.state, this.item), this.state.question, this.root);
    const { length } = this.state.questions;
    this.$(".grab").setAttribute("aria-expanded", String(this.frame.classList.contains("open")));
    const which = `Question ${this.state.question + 1} of ${length}`;
    this.$(".grab-which").textContent = this.isLesson ? "The right answers" : which;
  }

  draw() {
    const { item, state } = this;
    const { done, all, minutes } = progress(state);
    this.$(".name").textContent = this.wire.data.name;
    this.$(".count").textContent = all ? `${done} of ${all}` : "";
    this.$(".eta").textContent = minutes ? `about ${minutes} min left` : "";
    this.$(".prog b").style.width = `${all ? (100 * done) / all : 0}%`;
    const over = this.wire.isLoaded && !item && all > 0 && done === all;
    this.frame.classList.toggle("over", over);
    this.frame.classList.toggle("empty", !item);
    this.$(".done").hidden = !over;
    if (over) this.drawDone(all);
    if (item) this.drawItem(item);
    this.wire.drawSaved();
  }

  drawItem(item) {
    const { state } = this;
    const held = this.held.get(item);
    const open = state.status[item] === "pending";
    this.$(".read").dataset.traceId = held.trace_id;
    this.$(".which").textContent = `Item ${state.order.indexOf(item) + 1} · ${held.at}`;
    this.frame.classList.toggle("answered", !open);
    this.frame.classList.toggle("lesson-on", this.isLesson);
    const next = held.practice ? "Save and compare" : "Save and next";
    this.$(".save span").textContent = open ? next : this.isLesson ? "Go on" : "Save the change";
    this.$(".asked").inert = this.isLesson;
    this.drawFacts(item, open);
    this.reader.pin(draftOf(state, item).failure_spans);
    this.fillForm();
  }

  /** What stands beside the item: asked for once the own answer is durable, noted as seen when shown. */
  drawFacts(item, open) {
    const { facts: html, shown, practice } = this.held.get(item);
    const known = (open ? null : this.facts.get(item)) ?? (html ? { html, shown } : null);
    this.$(".facts-line").replaceChildren(fromServer(known?.html ?? ""));
    this.$(".practice").hidden = !practice;
    this.$(".practice-mark").textContent = practice;
    const lesson = known?.lesson || "Comparing with the right answers …";
    this.$(".lesson").replaceChildren(this.isLesson ? fromServer(lesson) : "");
    const news = (known?.shown ?? []).filter((what) => noteSeen(this.state, item, what));
    if (news.length) this.wire.notes.saw(item);
    if (!open && !this.facts.has(item) && !this.wire.outbox.holds(item)) this.wire.askFacts(item);
  }

  drawDone(all) {
    const waiting = this.wire.outbox.entries.length;
    const skipped = this.state.order.filter((key) => this.state.status[key] === "declined").length;
    const counts = skipped ? `${all - skipped} answered, ${skipped} skipped.` : `All ${all} items are answered.`;
    const { over } = this.wire.data;
    this.$(".done h2").textContent = over?.title ?? "Done. Thank you.";
    this.$(".done p").textContent = waiting
      ? `${counts} ${waiting} still being saved; keep this page open for a moment.`
      : `${counts} Everything is saved. ${over?.next ?? ""}`;
    if (over) this.$(".done .go").textContent = over.back;
  }
}
