// Where the race is looked at from: the window on the plane (null: the whole picture) and the eye before the relief
// (null: its usual place).

import { around, isWindow, middle, scaled, within } from "./geometry.js"
import { rounded } from "../shared/numbers.js"

export class Camera {
  /** `moved()` is told when the window has changed. */
  constructor(moved) {
    Object.assign(this, { moved, zoom: null, eye: null, view: null })
  }

  /** A race from a link says what to look at; `view` is its whole picture. */
  open({ zoom, eye, view }) {
    Object.assign(this, { zoom, eye, view })
  }

  /** What is in view: [left, right, bottom, top]. */
  get box() {
    return this.zoom ?? this.view
  }

  /** Show `box`; null is the whole picture. Beyond the limits of a link nothing happens. */
  lookAt(box) {
    if (box && !isWindow(box)) return
    this.zoom = box && box.map((v, i) => rounded(v, i < 2 ? box[1] - box[0] : box[3] - box[2]))
    if (!box) this.eye = null
    this.moved()
  }

  /** Twice as near, around those of the points that are in view. */
  closer(points) {
    this.lookAt(scaled(this.box, 0.5, middle(points, this.box)))
  }

  wider() {
    this.lookAt(scaled(this.box, 2))
  }

  whole() {
    this.lookAt(null)
  }

  /** Zoom out to the paths that left the picture. */
  follow(paths) {
    const box = around(paths, this.box)
    if (box !== this.box) this.lookAt(box)
  }

  /** Whether one of the paths leaves the picture, if only for a while. */
  loses(paths) {
    return around(paths, this.box) !== this.box
  }

  /** Whether it has been moved in this layout. */
  isMoved(layout) {
    return (layout === "3d" ? this.eye : this.zoom) !== null
  }

  /** The visitor has turned the relief: from where it is now seen, as a link holds it. */
  turned({ x, y, z }) {
    this.eye = [x, y, z].map((v) => Number(v.toFixed(3)))
    return this.eye
  }

  /** The place that a point on the picture means: as exact as the picture, and on it. */
  place([x, y]) {
    const [left, right, bottom, top] = this.box
    return within([rounded(x, right - left), rounded(y, top - bottom)], this.view)
  }
}
