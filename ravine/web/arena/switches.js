// What is drawn with the paths (level curves, minima, arrows ...), each with a box in a menu.

import { checkbox } from "../shared/menu.js"

export class Switches {
  /** `turned(mark, on)` is told that the visitor has switched one. */
  constructor(turned) {
    this.turned = turned
    this.on = new Set()
  }

  /** What `data` shows. */
  show(data) {
    this.data = data
    this.on = new Set(data.marks)
  }

  /** Switch a mark, in the order that links have. */
  turn(mark, on) {
    const marks = Object.keys(this.data.names.marks).filter((other) => (other === mark ? on : this.on.has(other)))
    this.data.marks = marks
    this.on = new Set(marks)
    this.turned(mark, on)
  }

  /** A box for each mark. The relief has none of them. */
  boxes() {
    return Object.entries(this.data.names.marks).map(([mark, text]) => {
      const made = checkbox(text, this.on.has(mark), (on) => this.turn(mark, on))
      made.querySelector("input").disabled = this.data.layout === "3d"
      return made
    })
  }
}
