// What comes from the server: the page's own answers, and previews of a slider that still moves. Which of them counts.

export class Inbox {
  /** `live` has what is previewed, `outbox` waits for answers; `current()` is shown, and `update(data)` shows more. */
  constructor(live, outbox, { current, update }) {
    Object.assign(this, { live, outbox, current, update, stamp: null })
  }

  /** A run of the page has come back. */
  answered(data) {
    if (this.current() && data.stamp !== this.stamp) this.outbox.answered()
    this.stamp = data.stamp
    return this.receive(data)
  }

  /** A slider was let go, and what it previewed is the race: the page need not run for it. Newer than all that the last run
   * brought, older than what the next one brings.
   */
  settled() {
    return this.update({ ...this.live.seen, stamp: Math.floor(this.current().stamp) + 0.5 })
  }

  /** New data from a run of the page or of a slider. While a slider moves, what it previews is newer. */
  async receive(data) {
    const last = this.live.held ?? this.current()
    if (last?.visit === data.visit && last.stamp > data.stamp) return this.update({}) // an older one, with a new theme
    if (this.live.isNewer(data.link)) return this.live.hold(data)
    return this.update(this.live.release(data))
  }
}
