// The play bar: buttons, a slider of steps, a readout, speed and zoom. Plain controls, so that keyboards work.

import { fill } from "./numbers.js"

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  back: "M6 5h2.5v14H6zm13 0v14l-9-7z",
  forward: "M15.500 5H18v14h-2.500zM5 5v14l9-7z",
  closer: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  wider: "M5 11h14v2H5z",
  whole: "M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z",
}
const SPEEDS = [0.25, 0.5, 1, 2, 4]

export class Bar {
  /** `on` has toggle(), back(), forward(), seek(step), settle(), speed(factor), closer(), wider(), whole(). */
  constructor(on) {
    this.element = document.createElement("div")
    this.element.className = "rv-bar"
    this.element.setAttribute("role", "group")
    this.buttons = {}
    for (const name of ["back", "play", "forward"]) this.button(name, name === "play" ? on.toggle : on[name])
    this.slider = this.range(on)
    this.readout = this.element.appendChild(document.createElement("output"))
    this.speeds = this.speed(on)
    for (const name of ["wider", "closer", "whole"]) this.button(name, on[name])
  }

  button(name, press) {
    const button = this.element.appendChild(document.createElement("button"))
    button.type = "button"
    button.className = `rv-${name}`
    button.innerHTML = icon(name)
    button.addEventListener("click", press)
    this.buttons[name] = button
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
    for (const [name, button] of Object.entries(this.buttons)) label(button, words[name])
    label(this.slider, words.scrub)
    label(this.speeds, words.speed)
    this.element.setAttribute("aria-label", words.bar)
  }

  show(clock, zoomed) {
    const { play, whole } = this.buttons
    const now = clock.playing ? "pause" : "play"
    if (play.dataset.shows !== now) {
      play.dataset.shows = now
      play.innerHTML = icon(now)
      label(play, this.words[now])
    }
    if (Number(this.slider.max) !== clock.steps) this.slider.max = clock.steps
    if (this.slider.valueAsNumber !== clock.step) this.slider.value = clock.step
    const text = fill(this.words.step, { k: clock.step, n: clock.steps })
    if (this.readout.textContent !== text) {
      this.readout.textContent = text
      this.slider.setAttribute("aria-valuetext", text)
    }
    whole.disabled = !zoomed
  }
}

function icon(name) {
  return `<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`
}

function label(element, text) {
  element.setAttribute("aria-label", text)
  element.title = text
}
