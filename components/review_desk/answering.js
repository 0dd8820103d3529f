// Answering: what the person says about the item on screen, kept in its draft.

class Answering {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  get item() { return this.desk.isLesson ? null : this.desk.item; }

  get draft() { return draftOf(this.desk.state, this.item); }

  question(index = this.desk.state.question) { return this.desk.state.questions[index]; }

  /** Carry out an action of the keyboard or a button; an answered practice item stays as it is. */
  act(action, digit) {
    if (this.item) this[`do_${action}`](digit);
    else if (this.desk.isLesson) this.desk.say("This practice item is answered. Ctrl+Enter goes on.");
  }

  // ---- what the form reports ---------------------------------------------------------------

  chosen(index, digit) {
    this.here(index);
    this.act("digit", digit);
  }

  cannot(index, why) {
    this.here(index);
    if (this.item) this.judgeNot(why);
  }

  typed(index, value) {
    if (!this.item) return;
    const { answers } = this.draft;
    const { name } = this.question(index);
    if (value === "" || value === null) delete answers[name];
    else answers[name] = { value, rationale: answers[name]?.rationale ?? "", cannot_judge: null };
    this.keep();
  }

  explained(index, text) {
    if (!this.item) return;
    explain(this.desk.state, this.item, this.question(index), text);
    this.keep();
  }

  /** The keys go to this question from now on. */
  here(index) {
    if (index !== this.desk.state.question) this.to(index, false);
  }

  explain(question) {
    this.desk.panels.open("text", question.about);
  }

  // ---- what keys do ------------------------------------------------------------------------

  do_digit(n) {
    const { form, state } = this.desk;
    if (form.asking) { if (CANNOT[n - 1]) this.judgeNot(CANNOT[n - 1][0]); return; }
    const question = this.question();
    if (n === 0) { this.judgeNot(null); return; }
    if (["number", "text"].includes(question.kind)) { form.begin(state.question, n); return; }
    const value = valueOfDigit(question, n);
    if (value === undefined) return;
    choose(state, this.item, question, value);
    this.answered(question);
  }

  judgeNot(why) {
    const { desk } = this;
    if (!why) {
      desk.form.askWhyNot(desk.state.question);
      desk.reader.focus();
      desk.say("Why not? Choose one, or press 1, 2 or 3.");
      return;
    }
    cannotJudge(desk.state, this.item, this.question(), why);
    this.answered(this.question());
  }

  /** After a choice: show it, keep it, and go on where the campaign says so. */
  answered(question) {
    this.desk.say("");
    this.desk.fillForm();
    this.keep();
    if (this.desk.state.advance && question.required) this.desk.do_save();
  }

  keep() {
    this.desk.wire.notes.draft(this.item);
  }

  to(index, reveal = true) {
    const { state, form } = this.desk;
    state.question = Math.min(Math.max(index, 0), state.questions.length - 1);
    this.desk.fillForm();
    if (reveal) form.reveal(state.question);
  }

  do_questionNext() { this.to(this.desk.state.question + 1); }
  do_questionBefore() { this.to(this.desk.state.question - 1); }

  do_clear() {
    clearAnswer(this.desk.state, this.item, this.question());
    this.desk.fillForm();
    this.keep();
  }

  /** Lead to the open note of the campaign, else to its first text, else to the reason. */
  do_note() {
    const { questions } = this.desk.state;
    const note = questions.findIndex(isNote);
    const index = note >= 0 ? note : questions.findIndex((q) => q.kind === "text");
    if (index < 0) { this.do_why(); return; }
    this.to(index);
    this.desk.form.focusText(index);
  }

  do_why() {
    this.desk.frame.classList.add("open");
    this.desk.form.focusText(this.desk.state.question, true);
  }

  do_pin() {
    const { desk } = this;
    const { trace, span } = desk.reader.stepInHand(desk.root);
    if (!span && !this.draft.failure_spans[trace]) {
      desk.say("Open the step that failed first, then press P.");
      return;
    }
    const isPinned = pin(desk.state, this.item, trace, span);
    desk.reader.pin(this.draft.failure_spans);
    this.keep();
    const words = trace ? "Pinned: this step failed first in its turn." : "Pinned: this step failed first.";
    desk.say(isPinned ? words : "The pin is taken off.");
  }
}
