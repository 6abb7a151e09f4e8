// The race in time: it plays, stops, and goes step by step.

import { Playback } from "./playback.js"

export class Scrub {
  /** `on` has draw() (the position is another one), settle() (it has come to rest) and isShown(). */
  constructor(on) {
    this.on = on
    this.clock = new Playback()
  }

  /** What buttons and keys do. */
  controls() {
    const press = ["toggle", "back", "forward", "first", "last"].map((name) => [name, () => this[name]()])
    const settle = () => this.on.settle()
    return { ...Object.fromEntries(press), settle, seek: (step) => this.seek(step), speed: (factor) => (this.clock.speed = factor) }
  }

  /** A race from a link stands at its step `at`; null is the end. */
  open(at) {
    this.clock.playing = false
    this.clock.position = at ?? this.clock.steps
  }

  /** The step for a link: null at the end. */
  get at() {
    return this.clock.atEnd ? null : this.clock.step
  }

  seek(step) {
    this.clock.seek(step)
    this.on.draw()
  }

  jump(step) {
    this.seek(step)
    this.on.settle()
  }

  /** One step back: from between two steps to the one before. */
  back() {
    const { position, step } = this.clock
    this.jump(step - (position > step ? 0 : 1))
  }

  forward() {
    this.jump(this.clock.step + 1)
  }

  first() {
    this.jump(0)
  }

  last() {
    this.jump(this.clock.steps)
  }

  /** From the start; who wants less motion plays it for themselves. */
  restart(still) {
    this.stop()
    this.seek(0)
    if (!still) this.start()
  }

  toggle() {
    if (this.clock.playing) this.stop()
    else this.start()
  }

  start() {
    this.clock.play()
    cancelAnimationFrame(this.playing)
    let last = performance.now()
    const frame = (now) => {
      this.clock.advance(Math.max(0, now - last) / 1000)
      last = now
      this.on.draw()
      if (this.clock.playing && this.on.isShown()) this.playing = requestAnimationFrame(frame)
      else this.on.settle()
    }
    this.playing = requestAnimationFrame(frame)
  }

  stop() {
    this.clock.pause()
    this.on.draw()
    this.on.settle()
  }

  dispose() {
    cancelAnimationFrame(this.playing)
  }
}
