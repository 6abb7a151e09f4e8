// What a key does in the arena.

const TYPING = "input:not([type=range], [type=checkbox]), textarea, select, [contenteditable=true], [role=combobox], [role=listbox]"
const PRESSING = "button, a, summary, [role=button], [role=option], [role=radio], [type=checkbox]"
const SLIDING = "input[type=range], [role=slider], .rv-handle"
const LETTERS = { p: "present", q: "qr" }

/** What a key press asks of the arena: "toggle", "back", "forward", "first", "last", "present", "qr", {lane: 0}, or null.
 *
 * `held` tells what the key goes to first: "typing" (a text), "pressing" (a button), "sliding" (a slider) or "".
 */
export function action({ key, ctrlKey, metaKey, altKey, shiftKey }, held) {
  if (ctrlKey || metaKey || altKey || held === "typing") return null
  if (key === " ") return held === "pressing" ? null : "toggle"
  if (/^[0-9]$/.test(key) && !shiftKey) return { lane: (Number(key) + 9) % 10 }
  if (shiftKey) return null
  if (key in LETTERS) return LETTERS[key]
  return held === "sliding" ? null : ({ ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last" }[key] ?? null)
}

/** What `element` does with keys by itself. */
export function holds(element) {
  if (element?.closest?.(TYPING)) return "typing"
  if (element?.closest?.(SLIDING)) return "sliding"
  return element?.closest?.(PRESSING) ? "pressing" : ""
}

/** Listens to keys while the page, or something in `home`, has them; to letters wherever no text is typed. */
export class Keys {
  /** `on` has isBusy(), press(name) and hide(lane), a lane by its place. */
  constructor(home, on) {
    Object.assign(this, { home, on, listen: (event) => this.key(event) })
    document.addEventListener("keydown", this.listen)
  }

  key(event) {
    const focus = document.activeElement
    if (event.defaultPrevented || this.on.isBusy()) return
    const what = action(event, holds(focus))
    const ours = focus === document.body || this.home.contains(focus) || event.key in LETTERS
    if (what === null || !ours) return
    event.preventDefault()
    if (event.repeat && what !== "back" && what !== "forward") return
    if (typeof what === "string") this.on.press(what)
    else this.on.hide(what.lane)
  }

  dispose() {
    document.removeEventListener("keydown", this.listen)
  }
}
