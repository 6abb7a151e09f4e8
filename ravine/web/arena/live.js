// Paths that follow a slider while it moves. Streamlit reports a slider when it is let go; until then its thumb shows
// the value, and the paths for that value come straight from the server. What the page then sends is the same race.
// So it is with a function that a visitor has finished: it is raced on before the page has run.

const SLIDER = 'input[type="range"][aria-valuetext]'
const KEY = /(?:^|\s)st-key-(\S+)/ // Streamlit's class for the key of a widget
const PRESSES = ["pointerdown", "pointerup", "pointercancel"]
const FUNCTION = ".st-key-function input"
const SOON = 400 // milliseconds in which the page's answer to an earlier move is still on its way
const REST = 250 // milliseconds without a move: Streamlit takes 200 of them until it reports the slider

export class Live {
  /** `ask([key, text])` answers with data, or null where there is none; `show(data, [key, text])` draws it. `settle(came)`: a slider
   * was let go, and what was shown last for it is the race; or its paths did not come, or may have begun from an older race.
   */
  constructor(ask, show, settle = () => {}, now = () => performance.now()) {
    Object.assign(this, { ask, show, settle, now, wanted: null, busy: false, link: null, seen: null, moved: -Infinity, held: null, texts: new Map(), dropped: 0, kinds: new Set() })
    Object.assign(this, { turned: null, answered: null, pressed: false }) // the slider that is not settled yet, and what was answered last
    if (typeof MutationObserver === "undefined") return
    this.observer = new MutationObserver((changes) => changes.forEach((change) => this.look(change.target)))
    this.observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext"] })
    this.onKey = (event) => this.keyed(event)
    document.addEventListener("keydown", this.onKey, true)
    this.onPress = ({ type, button }) => this.press(type === "pointerdown" && button === 0)
    for (const type of PRESSES) document.addEventListener(type, this.onPress, true)
  }

  /** The kinds of sliders that the server knows: what their keys begin with. */
  know(kinds) {
    this.kinds = new Set(kinds)
  }

  /** The visitor has finished a function of their own. */
  finish({ key, target, isComposing }) {
    if (key === "Enter" && !isComposing && target.matches?.(FUNCTION)) this.turn(["function", target.value])
  }

  /** A slider that the visitor holds shows another value. */
  look(input) {
    if (!input.matches(SLIDER)) return
    const holder = input.closest('[class*="st-key-"]')
    const key = KEY.exec(holder?.className ?? "")?.[1]
    const text = input.getAttribute("aria-valuetext")
    if (!this.kinds.has(key?.split("--")[0]) || this.texts.get(key) === text) return // a run of the page writes the same text again
    this.texts.set(key, text)
    if (input !== document.activeElement && !this.pressed) return // a finger moves it without a focus
    this.turned = [key, text]
    this.rest()
    this.turn(this.turned)
  }

  /** A key: whatever hand was down has let go, even where a menu of the browser swallowed that. */
  keyed(event) {
    this.press(false)
    this.finish(event)
  }

  /** A hand came down, or let go. */
  press(down) {
    this.pressed = down
    this.rest()
  }

  /** Soon after the last move and without a hand on it, a slider rests. */
  rest() {
    clearTimeout(this.resting)
    if (this.turned && !this.pressed) this.resting = setTimeout(() => this.finishTurn(), REST)
  }

  /** A slider rests: no run of the page brings its paths again, unless the page has told of something else meanwhile. */
  finishTurn() {
    const came = this.answered === this.turned
    if (!came && this.busy) return this.rest()
    this.turned = null
    if (!came || this.seen) this.settle(came && !this.held)
  }

  /** Whether a preview, or an answer of the page, is still to be shown. */
  get isBusy() {
    return Boolean(this.busy || this.turned || this.held)
  }

  /** Ask for one preview at a time; of the values that come meanwhile only the last is asked for. */
  async turn(wanted) {
    this.wanted = wanted
    this.moved = this.now()
    if (this.busy) return
    this.busy = true
    while (this.wanted) {
      const next = this.wanted
      this.wanted = null
      await this.preview(next).catch(console.error) // one that cannot be drawn must not stop those that follow
    }
    this.busy = false
  }

  /** Forget what is on its way: the page itself has been told of something newer. */
  drop() {
    clearTimeout(this.resting)
    this.wanted = this.turned = null
    this.moved = -Infinity
    this.dropped += 1
  }

  async preview(turn) {
    const before = this.dropped
    const data = await this.ask(turn).catch(() => undefined) // the server was not reached, or has no time
    if (data === undefined || before !== this.dropped) return
    this.answered = turn
    this.seen = data
    if (!data) return
    this.link = data.link
    await this.show(data, turn)
  }

  /** Whether a preview that was just shown, or is on its way, is newer than the page's answer for `link`. */
  isNewer(link) {
    return link !== this.link && (Boolean(this.turned) || this.now() - this.moved < (this.busy ? Infinity : SOON))
  }

  /** Keep the page's answer; it counts once nothing newer has come. */
  hold(data) {
    const held = this.release(data)
    this.held = held
    this.waiting = setTimeout(() => (this.isNewer(held.link) ? this.hold({}) : this.show(this.release({}))), SOON)
  }

  /** The page's answer `data`, over what is held: that is older, and no longer waits to be shown. */
  release(data) {
    clearTimeout(this.waiting)
    const all = { ...this.held, ...data }
    this.held = null
    return all
  }

  dispose() {
    clearTimeout(this.waiting)
    if (!this.observer) return
    this.observer.disconnect()
    document.removeEventListener("keydown", this.onKey, true)
    for (const type of PRESSES) document.removeEventListener(type, this.onPress, true)
    clearTimeout(this.resting)
  }
}
