// What fits what is being typed: words of the page by their letters or the first letters of their pinyin,
// entries of a register by asking the server. A list below the cell, walked with the arrows.

const SHOWN = 8;
const WAIT = 200;

export class Suggestions {
  constructor(sheet, find) {
    this.sheet = sheet;
    this.find = find;
    this.box = document.createElement("ul");
    this.box.className = "suggest";
    this.box.id = "grid-suggest";
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-label", "可选的");
    this.box.hidden = true;
    document.body.append(this.box);
    this.found = [];
    this.at = -1;
    this.asked = 0;
    const input = sheet.input;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-expanded", "false"], ["aria-controls", this.box.id]]) input.setAttribute(name, value);
    // The page's own script opens and closes what a press on something expandable controls; here typing does.
    input.addEventListener("click", (event) => event.stopPropagation());
    addEventListener("scroll", () => this.#place(), { capture: true, passive: true });
  }

  get isOpen() { return !this.box.hidden; }

  // After each letter.
  async look(column, text) {
    const ask = this.asked += 1;
    if (column.kind === "entry") {
      if (!text.trim()) return this.close();
      await new Promise((resolve) => { setTimeout(resolve, WAIT); });
      if (ask !== this.asked) return undefined;
      const found = await this.find(column.name, text).catch(() => []);
      if (ask === this.asked) this.#show(found, text);
      return undefined;
    }
    if (!column.choices.length) return this.close();
    const last = column.kind === "several" ? text.split(/[、,，;；]/).pop() : text;
    return this.#show(fitting(column.choices, last.trim()).map((word) => ({ text: word, note: "" })), last.trim());
  }

  // All of them, where nothing is typed yet: Alt and the arrow down.
  all(column) {
    if (column.choices.length) this.#show(column.choices.map(([word]) => ({ text: word, note: "" })), "");
  }

  #show(found, typed) {
    this.found = found;
    const isWhole = found.length === 1 && found[0].text === typed;
    if (!found.length || isWhole) return this.close();
    this.box.replaceChildren(...found.map((one, n) => this.#line(one, n)));
    this.box.hidden = false;
    this.sheet.input.setAttribute("aria-expanded", "true");
    this.#place();
    // Enter takes the first one where letters were typed; what was written in full stays.
    return this.#goTo(typed && !found.some((one) => one.text === typed) ? 0 : -1);
  }

  #line(one, n) {
    const line = document.createElement("li");
    line.id = `grid-suggest-${n}`;
    line.setAttribute("role", "option");
    line.dataset.n = n;
    line.append(one.text);
    if (one.note) { const note = document.createElement("small"); note.textContent = one.note; line.append(note); }
    return line;
  }

  #goTo(n) {
    this.at = n;
    [...this.box.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === n)));
    const line = this.box.children[n];
    if (line) { line.scrollIntoView({ block: "nearest" }); this.sheet.input.setAttribute("aria-activedescendant", line.id); }
    else this.sheet.input.removeAttribute("aria-activedescendant");
  }

  step(by) { this.#goTo((this.at + by + this.found.length) % this.found.length); }

  // The one that is marked, or the one at this place.
  taken(n = this.at) { return this.isOpen ? this.found[n] : undefined; }

  close() {
    this.asked += 1;
    this.box.hidden = true;
    this.found = [];
    this.at = -1;
    this.sheet.input.setAttribute("aria-expanded", "false");
    this.sheet.input.removeAttribute("aria-activedescendant");
  }

  #place() {
    if (!this.isOpen) return;
    const at = this.sheet.input.getBoundingClientRect();
    const isBelow = at.bottom + this.box.offsetHeight < innerHeight || at.top < this.box.offsetHeight;
    this.box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - this.box.offsetWidth - 8))}px`;
    this.box.style.top = `${isBelow ? at.bottom : at.top - this.box.offsetHeight}px`;
  }
}

// Words that begin so come before those that hold it.
export const fitting = (choices, typed) => {
  const letters = typed.toLowerCase();
  if (!letters) return choices.slice(0, SHOWN).map(([word]) => word);
  const rank = ([word, initials]) => {
    if (word.startsWith(typed)) return 0;
    if (initials.startsWith(letters)) return 1;
    return word.includes(typed) || initials.includes(letters) ? 2 : 3;
  };
  return choices.map((choice) => [rank(choice), choice[0]]).filter(([n]) => n < 3)
    .sort((a, b) => a[0] - b[0]).slice(0, SHOWN).map(([, word]) => word);
};
