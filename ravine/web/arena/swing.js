// The opening of the relief: level curves that lie flat, as in the flat picture, rise while the eye swings down from above
// them. It explains what level curves are, and plays once, when somebody switches to the relief.

import { HIGHEST, eyeOf, onTheWay, upOf } from "./orbit.js"

const LONG = 1200 // milliseconds
const FLAT = 1e-3 // as high as a plane is drawn
const TANGENT = Math.tan(Math.PI / 8) // of half the angle that Plotly's camera sees, from the lower edge to the upper one

/** What Plotly's camera and sides are for a view of `middle`. */
export function viewport(view, middle, sides) {
  const camera = { eye: eyeOf(view, middle), center: middle, up: upOf(view), projection: { type: "perspective" } }
  return { camera, aspectratio: sides }
}

/** From where the plane is seen just in `frame`, {left, top, width, height} in pixels of a picture of `width` by `height`:
 * {view, middle, sides}.
 */
export function fromAbove(frame, { width, height }, distance) {
  const pixel = (2 * TANGENT * distance) / height
  const middle = { x: (width / 2 - frame.left - frame.width / 2) * pixel, y: (frame.top + frame.height / 2 - height / 2) * pixel, z: 0 }
  const sides = { x: frame.width * pixel, y: frame.height * pixel, z: FLAT }
  return { view: { azimuth: -Math.PI / 2, elevation: HIGHEST, distance }, middle, sides }
}

/** A share of the way between two that `viewport` takes. */
export function swung(from, to, share) {
  const t = share * share * (3 - 2 * share)
  const mixed = (a, b) => Object.fromEntries(Object.keys(a).map((axis) => [axis, a[axis] + t * (b[axis] - a[axis])]))
  return [onTheWay(from.view, to.view, t), mixed(from.middle, to.middle), mixed(from.sides, to.sides)]
}

export class Swing {
  /** `show(share)` is called in every frame, the last time with 1; then `over()`. */
  constructor(show, over) {
    Object.assign(this, { show, over })
    let began = null
    const frame = (now) => {
      began ??= now
      const share = Math.min(1, (now - began) / LONG)
      this.show(share)
      if (share < 1) this.next = requestAnimationFrame(frame)
      else this.over()
    }
    this.next = requestAnimationFrame(frame)
  }

  /** At once at its end. */
  finish() {
    cancelAnimationFrame(this.next)
    this.show(1)
    this.over()
  }

  dispose() {
    cancelAnimationFrame(this.next)
  }
}
