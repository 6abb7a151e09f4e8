// The live knob: one slider under the play bar that the visitor assigns to any knob of the race.

import { label } from "./bar.js"
import { icon } from "../shared/icons.js"

const REST = 350 // milliseconds after the last key on the slider: then the value is meant

export class Dial {
  /** `on` has scrub(stop), commit(stop), assign(key), near() (the visitor is about to turn it) and settings(). */
  constructor(on) {
    this.on = on
    this.element = document.createElement("div")
    this.element.className = "rv-dial"
    this.element.setAttribute("role", "group")
    this.which = this.element.appendChild(document.createElement("select"))
    this.slider = this.element.appendChild(document.createElement("input"))
    this.slider.type = "range"
    this.slider.min = 0
    this.slider.step = 1
    this.shown = this.element.appendChild(document.createElement("output"))
    this.more = this.element.appendChild(document.createElement("button"))
    this.more.type = "button"
    this.more.className = "rv-sidebar"
    this.more.innerHTML = icon("settings")
    this.more.addEventListener("click", () => on.settings())
    this.held = false
    this.listen()
  }

  listen() {
    this.which.addEventListener("change", () => {
      this.slider.disabled = true // until its own stops are here
      this.on.assign(this.which.value)
    })
    this.slider.addEventListener("input", () => {
      this.held = true
      this.wait(null)
      this.say(this.dial.stops[this.slider.valueAsNumber])
      this.on.scrub(this.slider.valueAsNumber)
    })
    this.slider.addEventListener("change", () => {
      this.wait(this.pressed ? 0 : REST)
    })
    this.slider.addEventListener("pointerdown", () => (this.pressed = true))
    for (const name of ["pointerup", "pointercancel"]) this.slider.addEventListener(name, () => setTimeout(() => this.release()))
    for (const name of ["pointerenter", "focus", "touchstart"]) this.slider.addEventListener(name, () => this.on.near(), { passive: true })
  }

  /** Commit after so many milliseconds; null: not at all. */
  wait(milliseconds) {
    clearTimeout(this.waiting)
    this.waiting = milliseconds === null ? null : setTimeout(() => this.commit(), milliseconds)
  }

  /** The hand is off. A thumb that is back where it was taken up tells of no change. */
  release() {
    this.pressed = false
    if (this.held && !this.waiting) this.commit()
  }

  commit() {
    this.wait(null)
    this.held = false
    this.on.commit(this.slider.valueAsNumber)
  }

  name(words) {
    this.element.setAttribute("aria-label", words.dialled)
    this.which.setAttribute("aria-label", words.dial)
    this.which.title = words.dial
    label(this.more, words.sidebar)
  }

  /** The knob as the race has it: {key, options, stops, at, shows}. While the visitor holds it, it stays. */
  show(dial) {
    const options = JSON.stringify(dial.options)
    if (options !== this.options) this.which.replaceChildren(...dial.options.map(([key, label]) => new Option(label, key)))
    this.options = options
    const other = this.dial?.key !== dial.key
    this.dial = dial
    this.which.value = dial.key
    this.slider.disabled = false
    if (this.held && !other) return
    this.wait(null)
    this.held = false
    this.slider.max = dial.stops.length - 1
    this.slider.value = dial.at
    this.say(dial.shows)
  }

  say(text) {
    const label = this.dial.options.find(([key]) => key === this.dial.key)?.[1] ?? ""
    this.shown.textContent = text
    this.slider.setAttribute("aria-label", label)
    this.slider.setAttribute("aria-valuetext", text)
  }

  dispose() {
    clearTimeout(this.waiting)
  }
}
