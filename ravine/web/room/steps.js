// The steps that a teacher may take from a phase, as buttons.

import { element } from "./parts.js"

const DOUBLE = 700 // milliseconds in which a second press is the same press: the next step stands where this one stood

export class Steps {
  /** `follows`: phase -> the phases that may follow; `take(step)` goes there, and answers when it is done. */
  constructor(follows, words, take) {
    Object.assign(this, { follows, words, takes: take, at: -DOUBLE, busy: false })
    this.element = element("div", { className: "steps" })
  }

  /** The steps from a phase; a new question is another matter. */
  after(phase) {
    const not = this.ran ? ["ask", "happened"] : ["ask"]
    return (this.follows[phase] ?? []).filter((step) => !not.includes(step))
  }

  /** `ran`: everyone ran one. They saw what happened, so nobody is asked what did. */
  show(phase, ran = false) {
    if (this.phase === phase && this.ran === ran) return
    Object.assign(this, { phase, ran })
    const held = this.element.contains(document.activeElement)
    const made = this.after(phase).map((step, i) => {
      const button = element("button", { type: "button", className: i ? "" : "send", onclick: () => this.take(step) }, this.words.steps[`${phase}/${step}`])
      button.dataset.step = step
      return button
    })
    this.element.replaceChildren(...made)
    if (held) this.element.querySelector("button")?.focus()
  }

  /** The first of them, for a key. */
  next() {
    const [step] = this.after(this.phase)
    if (step) this.take(step)
  }

  async take(step) {
    if (this.busy || performance.now() - this.at < DOUBLE) return
    this.busy = true
    try {
      await this.takes(step)
    } finally {
      this.busy = false
      this.at = performance.now()
    }
  }
}
