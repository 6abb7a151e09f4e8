// The play bar: buttons, a slider of steps, a readout and speed. Plain controls, so that keyboards work.

import { icon } from "../shared/icons.js"
import { fill } from "../shared/numbers.js"

const SPEEDS = [0.25, 0.5, 1, 2, 4]

export class Bar {
  /** `on` has toggle(), back(), forward(), seek(step), settle(), speed(factor), and predict() where that is offered. */
  constructor(on) {
    this.element = document.createElement("div")
    this.element.className = "rv-bar"
    this.element.setAttribute("role", "group")
    this.buttons = {}
    for (const name of ["back", "play", "forward"]) this.button(name, name === "play" ? on.toggle : on[name])
    if (on.predict) this.predict = this.asker(on.predict)
    this.slider = this.range(on)
    this.readout = this.element.appendChild(document.createElement("output"))
    this.speeds = this.speed(on)
  }

  button(name, press) {
    const button = this.element.appendChild(document.createElement("button"))
    button.type = "button"
    button.className = `rv-${name}`
    button.innerHTML = icon(name)
    button.addEventListener("click", press)
    this.buttons[name] = button
  }

  asker(press) {
    const made = this.element.appendChild(Object.assign(document.createElement("button"), { type: "button", className: "rv-predict" }))
    made.addEventListener("click", press)
    return made
  }

  range(on) {
    const slider = this.element.appendChild(document.createElement("input"))
    slider.type = "range"
    slider.min = 0
    slider.step = 1
    slider.addEventListener("input", () => on.seek(slider.valueAsNumber))
    slider.addEventListener("change", () => on.settle())
    return slider
  }

  speed(on) {
    const select = this.element.appendChild(document.createElement("select"))
    for (const factor of SPEEDS) select.add(new Option(`${factor}×`, factor, factor === 1, factor === 1))
    select.addEventListener("change", () => on.speed(Number(select.value)))
    return select
  }

  /** Names in the visitor's language. */
  name(words) {
    this.words = words
    for (const [name, button] of Object.entries(this.buttons)) label(button, words[button.dataset.shows ?? name])
    if (this.predict) this.predict.textContent = words.predict
    label(this.slider, words.scrub)
    label(this.speeds, words.speed)
    this.element.setAttribute("aria-label", words.bar)
  }

  /** How the race stands; and whether the play button asks to be pressed. */
  show(clock, asks) {
    const { play } = this.buttons
    const now = clock.playing ? "pause" : "play"
    if (play.dataset.shows !== now) {
      play.dataset.shows = now
      play.innerHTML = icon(now)
      label(play, this.words[now])
    }
    play.classList.toggle("rv-asks", asks && !clock.playing)
    if (Number(this.slider.max) !== clock.steps) this.slider.max = clock.steps
    if (this.slider.valueAsNumber !== clock.step) this.slider.value = clock.step
    const text = fill(this.words.step, { k: clock.step, n: clock.steps })
    if (this.readout.textContent !== text) {
      this.readout.textContent = text
      this.slider.setAttribute("aria-valuetext", text)
    }
  }
}

/** A name for who hovers and for who listens. */
export function label(element, text) {
  element.setAttribute("aria-label", text)
  element.title = text
}
