// The line above the picture of an arena in a room: how it stands with the class, and what can be done about that.

export class Line {
  /** At the head of `home`. */
  constructor(home) {
    this.element = made("div", { className: "rv-company", hidden: true })
    this.text = this.element.appendChild(made("p"))
    this.text.setAttribute("role", "status")
    this.acts = this.element.appendChild(made("div"))
    home.prepend(this.element)
  }

  /** Say it; `acts` are [text, press] for a button, [text, address] for a link; `mood` is "", "on" or "off". */
  say(text, acts, mood = "") {
    this.element.hidden = false
    this.element.dataset.mood = mood
    if (this.text.textContent !== text) this.text.textContent = text
    const names = acts.map(([name]) => name).join("\n")
    this.presses = acts.map(([, press]) => press)
    if (names === this.names) return
    this.names = names
    const held = this.acts.contains(document.activeElement)
    this.acts.replaceChildren(...acts.map(([name, act], i) => (typeof act === "string" ? link(name, act) : button(name, () => this.presses[i]()))))
    if (held) this.acts.firstChild?.focus({ preventScroll: true })
  }

  dispose() {
    this.element.remove()
  }
}

function button(name, press) {
  const one = made("button", { type: "button", textContent: name })
  one.addEventListener("click", press)
  return one
}

function link(name, href) {
  return made("a", { textContent: name, href, target: "_blank", rel: "noopener" })
}

function made(kind, properties = {}) {
  return Object.assign(document.createElement(kind), properties)
}
