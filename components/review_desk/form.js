// The form: the campaign's questions drawn once, filled from the draft of the item on screen.

const CANNOT = [
  ["not_my_field", "Not my field"],
  ["source_missing", "The source is missing"],
  ["question_unclear", "The question is unclear"],
];

/** Make an element: tag, attributes (functions become listeners), children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Whether a question is the open note: asked of every item, and never in the way. */
function isNote(question) {
  return question.name === "note" && question.kind === "text" && !question.required;
}

/** A key cap. */
function cap(key) {
  return make("kbd", { "aria-hidden": "true" }, key);
}

/** Draws the questions and reports what the person does with them. */
class Form {
  /**
   * @param {HTMLElement} place
   * @param {Question[]} questions
   * @param {Answering} on hears what the person does
   */
  constructor(place, questions, on) {
    this.on = on;
    this.questions = questions;
    this.asking = false;
    this.groups = questions.map((question, index) => this.group(question, index));
    place.replaceChildren(...this.groups.map((group) => group.element));
    place.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault();
    });
  }

  group(question, index) {
    const title = make("div", { class: "lg", id: `q${index}` }, question.heading);
    if (isNote(question)) title.append(" ", cap("N"));
    else if (!question.required) title.append(" ", make("span", { class: "s m" }, "optional"));
    if (question.about) {
      title.append(make("button", {
        type: "button", class: "ib about", "aria-label": `What “${question.heading}” means`,
        click: () => this.on.explain(question),
      }, "i"));
    }
    const group = { element: null, options: [], text: null, why: null, cannot: null };
    const field = this.field(question, index, group);
    const cannot = this.cannot(question, index, group);
    const why = question.comment && question.kind !== "text" ? this.why(question, index, group) : null;
    if (group.options.length) field.append(cannot);
    group.element = make("div", {
      class: `qn ${question.kind} ${isNote(question) ? "note" : ""}`, role: "group", "aria-labelledby": `q${index}`, "data-question": question.name,
      focusin: () => this.on.here(index), pointerdown: () => this.on.here(index),
    }, title, field, group.options.length || !question.required ? null : cannot, group.reasons, why);
    return group;
  }

  field(question, index, group) {
    if (["pass_fail", "choice", "choices"].includes(question.kind)) return this.choices(question, index, group);
    const number = question.kind === "number";
    group.text = make(number ? "input" : "textarea", {
      class: "ta", rows: "2", inputmode: number ? "decimal" : null, "aria-labelledby": `q${index}`,
      type: number ? "text" : null, maxlength: number ? null : question.max_length,
      placeholder: number ? boundsOf(question) : question.placeholder,
      input: (event) => this.on.typed(index, number ? numberOf(event.target.value) : event.target.value),
    });
    return group.text;
  }

  choices(question, index, group) {
    const several = question.kind === "choices";
    const list = question.kind !== "pass_fail";
    group.options = question.options.map((label, i) => make("button", {
      type: "button", class: `o ${list ? "" : ["p", "f"][i]}`,
      role: several ? "checkbox" : "radio", "aria-checked": "false",
      click: () => this.on.chosen(index, i + 1),
    }, cap(String(i + 1)), make("span", {}, label)));
    const role = several ? "group" : "radiogroup";
    return make("div", { class: `opts ${list ? "list" : ""}`, role, "aria-labelledby": `q${index}` }, ...group.options);
  }

  cannot(question, index, group) {
    group.reasons = make("div", { class: "why-not", hidden: true, role: "group", "aria-label": "Why not?" },
      ...CANNOT.map(([why, label], i) => make("button", {
        type: "button", class: "o quiet", click: () => this.on.cannot(index, why),
      }, cap(String(i + 1)), label)));
    group.cannot = make("button", {
      type: "button", class: "o quiet zero", "aria-pressed": "false", click: () => this.on.cannot(index, null),
    }, cap("0"), make("span", {}, "Can’t judge"));
    return group.cannot;
  }

  why(question, index, group) {
    group.why = make("textarea", {
      class: "ta extra", rows: "1", "aria-label": `Why? ${question.heading}`,
      placeholder: whyHint(question), maxlength: "20000", input: (event) => this.on.explained(index, event.target.value),
    });
    return group.why;
  }

  /** Show the draft of an item; text that the person is typing at this moment is left alone. */
  fill(draft, here, root) {
    this.questions.forEach((question, index) => {
      const group = this.groups[index];
      const answered = draft.answers[question.name];
      group.element.classList.toggle("here", index === here);
      group.options.forEach((option, i) => {
        option.setAttribute("aria-checked", String(isChosen(question, answered, i)));
      });
      const unjudged = CANNOT.find(([why]) => why === answered?.cannot_judge);
      group.cannot.setAttribute("aria-pressed", String(Boolean(unjudged)));
      if (group.why) group.why.placeholder = unjudged ? `${unjudged[1]}. Say more? (optional)` : whyHint(question);
      if (group.text) setText(group.text, answered?.value ?? "", root);
      if (group.why) setText(group.why, answered?.rationale ?? "", root);
    });
    this.askWhyNot(null);
  }

  /** Open the reasons of "cannot judge" under one question, or close them. */
  askWhyNot(index) {
    this.asking = index !== null;
    this.groups.forEach((group, i) => { group.reasons.hidden = i !== index; });
  }

  /** Bring the current question into view. */
  reveal(index) {
    this.groups[index].element.scrollIntoView({ block: "nearest" });
  }

  /** Put the cursor into a field; the digit that was pressed is the first of a number. */
  begin(index, digit) {
    this.focusText(index);
    if (this.questions[index].kind !== "number") return;
    const field = this.groups[index].text;
    field.value = String(digit);
    field.dispatchEvent(new Event("input"));
  }

  focusText(index, why = false) {
    const group = this.groups[index];
    (why ? group.why : group.text ?? group.why)?.focus();
  }
}

function whyHint(question) {
  return question.ask_why_on_fail ? "Why? (needed when it fails)" : "Why? (optional)";
}

function isChosen(question, answered, i) {
  if (!answered || answered.cannot_judge) return false;
  if (question.kind === "pass_fail") return answered.value === (i === 0);
  const option = question.options[i];
  return Array.isArray(answered.value) ? answered.value.includes(option) : answered.value === option;
}

function setText(field, value, root) {
  const text = String(value ?? "");
  if (field.value !== text && root.activeElement !== field) field.value = text;
}

function numberOf(text) {
  const number = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(number) ? number : text.trim() ? NaN : null;
}

function boundsOf({ minimum, maximum }) {
  if (minimum !== null && maximum !== null) return `${minimum} to ${maximum}`;
  return minimum !== null ? `at least ${minimum}` : maximum !== null ? `at most ${maximum}` : "A number";
}
