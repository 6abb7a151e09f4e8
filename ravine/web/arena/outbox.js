// What the visitor did, on its way to the server: one message at a time, in order, none lost.
//
// Streamlit keeps only the newest trigger of a component while an earlier one is still waiting to be run.

export class Outbox {
  /** `send(kind, value)` sends; when no answer comes within `patience` milliseconds, the next one goes all the same. */
  constructor(send, patience = 2000) {
    Object.assign(this, { send, patience, queue: [], away: null })
  }

  /** Send this, as soon as what went before has been answered. Of several looks that wait only the last one counts. */
  put(kind, value) {
    if (kind === "look") this.queue = this.queue.filter(([other]) => other !== "look")
    this.queue.push([kind, value])
    this.next()
  }

  next() {
    if (this.away || !this.queue.length) return
    this.away = setTimeout(() => this.answered(), this.patience)
    this.send(...this.queue.shift())
  }

  /** A run of the page has come back. */
  answered() {
    clearTimeout(this.away)
    this.away = null
    this.next()
  }

  dispose() {
    clearTimeout(this.away)
    this.queue = []
  }
}
