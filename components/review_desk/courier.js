// The courier: on other pages it sends what the desk has left unsaved in this browser.

const COURIER_MS = 3000; // unsaved answers are sent again this often

/** What the person reads while answers wait. */
function waitingWords(count) {
  const answers = count === 1 ? "1 answer is" : `${count} answers are`;
  return `${answers} waiting to be saved. They are safe in this browser and are being sent.`;
}

class Courier {
  constructor(root, person) {
    this.root = root;
    this.box = new Box(indexedDB, navigator.locks);
    this.outbox = new Outbox(this.box, person, thisTab());
    this.person = person;
    this.tick = 0;
  }

  async look() {
    await this.outbox.adopt();
    this.send();
  }

  send() {
    this.draw();
    if (!this.outbox.entries.length) return;
    this.tick += 1;
    this.post({ tick: this.tick, entries: this.outbox.wire() });
  }

  /** Let go of what is settled; a refused answer becomes the draft of its item again. */
  receive(receipts) {
    for (const { id, item, outcome, sentence } of receipts) {
      const [entry] = this.outbox.settle([id]);
      if (!entry || outcome === "saved") continue;
      this.told = sentence;
      if (outcome !== "refused" || !["submit", "skip"].includes(entry.kind)) continue;
      const state = newState(entry.campaign, this.person, [], false);
      takeBack(state, entry);
      const note = { draft: state.drafts[item], seconds: entry.seconds, seen: entry.seen };
      this.box.put("notes", { id: `draft|${notesOf(this.person, entry.campaign)}|${item}`, ...note }).catch(() => {});
    }
    this.draw();
  }

  draw() {
    const { length } = this.outbox.entries;
    const line = this.root.querySelector("p");
    line.textContent = length ? waitingWords(length) : this.told ?? (this.tick ? "Everything is saved." : "");
    line.hidden = !line.textContent;
  }
}

export default function mount({ data, parentElement, setStateValue }) {
  const root = parentElement;
  const courier = (root.courier ??= new Courier(root, data.person));
  courier.post = (value) => setStateValue("wire", value);
  courier.receive(data.receipts);
  clearInterval(root.courierBeat);
  root.courierBeat = setInterval(() => courier.look(), COURIER_MS);
  if (!courier.tick) courier.look();
  return () => clearInterval(root.courierBeat);
}
