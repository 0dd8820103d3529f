// The desk: what the person does, carried out on state, outbox, reader, form and panels.

class Desk {
  /** @param {ShadowRoot} root @param {Object} data the first data of the server */
  constructor(root, data) {
    this.root = root;
    this.$ = (selector) => this.root.querySelector(selector);
    this.frame = this.$(".desk");
    this.state = newState(data.campaign, data.person, data.questions, data.advance);
    this.held = new Map(); // key -> what the server sent about the item
    this.facts = new Map(); // key -> HTML shown after the own answer
    this.wire = new Wire(this, data);
    this.reader = new Reader(this.$(".read"), (item, part) => this.wire.askPart(item, part),
      (address) => this.panels.askLink(address));
    this.panels = new Panels(root, this);
    this.form = new Form(this.$(".qs"), data.questions, {
      chosen: (index, digit) => { this.here(index, false); this.digit(digit); },
      typed: (index, value) => this.typed(index, value),
      explained: (index, text) => {
        if (!this.item) return;
        explain(this.state, this.item, this.question(index), text);
        this.wire.notes.draft(this.item);
      },
      cannot: (index, why) => { this.here(index, false); this.cannot(why); },
      here: (index) => this.here(index, false),
      explain: (question) => this.panels.open("text", question.about),
    });
  }

  get item() { return this.state.at; }

  question(index = this.state.question) { return this.state.questions[index]; }

  /** Carry out an action of the keyboard, a button or the menu. */
  act(action, digit) {
    const menu = this.$(".menu");
    menu.hidden = action !== "menu" || !menu.hidden;
    this.$("[data-do=menu]").setAttribute("aria-expanded", String(!menu.hidden));
    this.say("");
    if (action === "digit") this.digit(digit);
    else if (PANEL_ACTIONS[action]) PANEL_ACTIONS[action](this.panels);
    else this[`do_${action}`]?.();
  }

  // ---- answering --------------------------------------------------------------------------

  digit(n) {
    if (!this.item) return;
    if (this.form.asking) { if (CANNOT[n - 1]) this.cannot(CANNOT[n - 1][0]); return; }
    const question = this.question();
    if (n === 0) { this.cannot(null); return; }
    if (["number", "text"].includes(question.kind)) { this.form.begin(this.state.question, n); return; }
    const value = valueOfDigit(question, n);
    if (value === undefined) return;
    choose(this.state, this.item, question, value);
    this.answered(question);
  }

  cannot(why) {
    if (!this.item) return;
    if (!why) {
      this.form.askWhyNot(this.state.question);
      this.reader.focus();
      this.say("Why not? Choose one, or press 1, 2 or 3.");
      return;
    }
    cannotJudge(this.state, this.item, this.question(), why);
    this.answered(this.question());
  }

  /** After a choice: show it, note it, and go on where the campaign says so. */
  answered(question) {
    this.say("");
    this.fillForm();
    this.wire.notes.draft(this.item);
    if (this.state.advance && question.required) this.do_save();
  }

  typed(index, value) {
    if (!this.item) return;
    const { answers } = draftOf(this.state, this.item);
    const { name } = this.question(index);
    if (value === "" || value === null) delete answers[name];
    else answers[name] = { value, rationale: answers[name]?.rationale ?? "", cannot_judge: null };
    this.wire.notes.draft(this.item);
  }

  here(index, reveal = true) {
    const to = Math.min(Math.max(index, 0), this.state.questions.length - 1);
    if (to === this.state.question && !reveal) return;
    this.state.question = to;
    this.fillForm();
    if (reveal) this.form.reveal(to);
  }

  do_questionNext() { this.here(this.state.question + 1); }
  do_questionBefore() { this.here(this.state.question - 1); }

  do_clear() {
    if (!this.item) return;
    clearAnswer(this.state, this.item, this.question());
    this.fillForm();
    this.wire.notes.draft(this.item);
  }

  do_note() {
    const index = this.state.questions.findIndex((q) => q.kind === "text");
    if (index < 0) { this.do_why(); return; }
    this.here(index);
    this.form.focusText(index);
  }

  do_why() {
    this.frame.classList.add("open");
    this.form.focusText(this.state.question, true);
  }

  do_pin() {
    if (!this.item) return;
    const span = this.reader.stepInHand(this.root);
    const draft = draftOf(this.state, this.item);
    if (!span && !draft.failure_span) {
      this.say("Open the step that failed first, then press P.");
      return;
    }
    draft.failure_span = draft.failure_span === span ? "" : span;
    this.reader.pin(draft.failure_span);
    this.wire.notes.draft(this.item);
    this.say(draft.failure_span ? "Pinned: this step failed first." : "The pin is taken off.");
  }

  // ---- going on ---------------------------------------------------------------------------

  do_save() { this.finish("submit"); }

  /** Nothing happens while the next item is not in hand: no key is ever spent on a guess. */
  finish(kind) {
    const { item, state } = this;
    if (!item) return;
    if (this.wire.data.status !== "open") { this.say(this.wire.data.notice); return; }
    const problem = kind === "submit" ? firstProblem(state, item) : null;
    if (problem) { this.refuse(problem); return; }
    const next = nextPending(state, item);
    if (next && !this.held.has(next)) { this.say("Loading the next item …"); this.wire.send(); return; }
    this.wire.enter(kind, item);
    if (next) this.go(next); else this.finished();
  }

  /** Say what is missing and lead there; on a small screen the sheet opens. */
  refuse({ index, sentence }) {
    const question = this.question(index);
    const answered = isAnswered(question, draftOf(this.state, this.item).answers[question.name]);
    this.frame.classList.add("open");
    this.here(index);
    if (answered && question.kind !== "number") this.form.focusText(index, true);
    else this.reader.focus();
    this.say(sentence, true);
  }

  finished() {
    this.state.at = null;
    this.draw();
  }

  do_skip() {
    if (!this.item) return;
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
    this.$(".grab-which").textContent = `Question ${this.state.question + 1} of ${length}`;
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
    this.$(".save span").textContent = open ? "Save and next" : "Save the change";
    this.drawFacts(item, open);
    this.reader.pin(draftOf(state, item).failure_span);
    this.fillForm();
  }

  /** The facts line: asked for once the own answer is durable, and noted as seen when shown. */
  drawFacts(item, open) {
    const facts = this.held.get(item).facts ?? (open ? null : this.facts.get(item));
    this.$(".facts-line").replaceChildren(fromServer(facts ?? ""));
    if (facts && noteSeen(this.state, item, "facts")) this.wire.notes.saw(item);
    else if (!open && !this.wire.outbox.holds(item)) this.wire.askFacts(item);
  }

  drawDone(all) {
    const waiting = this.wire.outbox.entries.length;
    const skipped = this.state.order.filter((key) => this.state.status[key] === "declined").length;
    const counts = skipped ? `${all - skipped} answered, ${skipped} skipped.` : `All ${all} items are answered.`;
    this.$(".done h2").textContent = "Done. Thank you.";
    this.$(".done p").textContent = waiting
      ? `${counts} ${waiting} still being saved; keep this page open for a moment.`
      : `${counts} Everything is saved.`;
  }
}
