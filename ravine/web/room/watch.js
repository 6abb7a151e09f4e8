// Asks again and again what there is in a room, as often as the server likes.

import { call } from "./known.js"

export class Watch {
  /** `heard(state)` is told what is new; `line(says)` whether the line is down, "" when it is not; `over(says)` the end. */
  constructor(base, room, key, { heard, line, over }) {
    Object.assign(this, { base, room, key, heard, line, over, etag: "", state: null, polling: false, hands: new AbortController() })
    const { signal } = this.hands
    window.addEventListener("online", () => this.soon(), { signal })
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(), { signal })
    this.soon()
  }

  soon() {
    clearTimeout(this.timer)
    this.poll()
  }

  /** Whoever made a step knows what there is before they ask. */
  take(state) {
    this.etag = ""
    this.tell(state)
    this.soon()
  }

  tell(state) {
    this.state = state
    this.room.entry = state.entry
    this.heard(state)
  }

  async poll() {
    if (this.polling || this.ended) return
    this.polling = true
    let seconds = 2
    try {
      seconds = await this.ask()
      this.line("")
    } catch (error) {
      this.line(error.says ?? true)
    }
    this.polling = false
    if (this.ended) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.poll(), 1000 * seconds * (0.85 + 0.3 * Math.random()))
  }

  /** The first time with a key: it never waits behind people who guess codes. */
  async ask() {
    const first = !this.room.entry && this.key
    const etag = this.etag
    const got = await call(this.base, this.room, first ? "projector" : "state", this.key, { headers: etag ? { "If-None-Match": etag } : {} })
    if (got.status === 304) return Number(got.headers.get("Retry-After")) || 5
    const said = await got.json()
    if (this.ended) return 5
    if (got.status === 404 || got.status === 403) this.end(said.says)
    else if (!got.ok) throw Object.assign(new Error(said.says), { says: said.says })
    else if (this.etag === etag) {
      this.etag = got.headers.get("ETag") ?? ""
      this.tell(said)
    }
    return first ? 0.2 : Number(got.headers.get("Retry-After")) || 5
  }

  end(says) {
    this.ended = true
    this.over(says)
  }

  /** Ask no more. */
  dispose() {
    this.ended = true
    clearTimeout(this.timer)
    this.hands.abort()
  }
}
