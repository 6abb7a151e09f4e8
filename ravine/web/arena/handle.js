// The start of the race as something to take hold of: with the mouse, a finger or the arrow keys.

const SLACK = 3 // pixels that a press may wander before it is a drag
const REST = 500 // milliseconds after the last arrow key: then the start is where it shall be
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

export class Handle {
  /** In `frame`; `where(px, py)` is the place at a pixel of it; `on` has `dragged(place)`, `dropped(place)` and `tapped(press)`. */
  constructor(frame, where, on) {
    Object.assign(this, { frame, where, on, at: null, stride: [0, 0], press: null })
    this.element = frame.appendChild(document.createElement("button"))
    this.element.type = "button"
    this.element.className = "rv-handle"
    this.element.addEventListener("pointerdown", (event) => this.take(event))
    this.element.addEventListener("pointermove", (event) => this.move(event))
    this.element.addEventListener("lostpointercapture", (event) => this.drop(event))
    this.element.addEventListener("keydown", (event) => this.key(event))
  }

  name(text) {
    if (!text || this.element.title === text) return
    this.element.setAttribute("aria-label", text)
    this.element.title = text
  }

  /** The start is `at`, [x, y], on the pixel [px, py]; an arrow key moves it by `stride`. */
  stand(at, [px, py], stride, visible) {
    this.at = at
    this.stride = stride
    this.element.hidden = !visible && !this.press
    if (visible) this.element.style.transform = `translate(${px}px, ${py}px)`
  }

  take(event) {
    if (event.button !== 0 || this.press) return
    const { pointerId: id, pointerType, clientX, clientY } = event
    this.press = { id, pointerType, clientX, clientY, moved: false }
    this.element.setPointerCapture(event.pointerId)
    event.stopPropagation()
  }

  move(event) {
    if (this.press?.id !== event.pointerId) return
    const far = Math.hypot(event.clientX - this.press.clientX, event.clientY - this.press.clientY) > SLACK
    if (!far && !this.press.moved) return
    this.press.moved = true
    const { left, top } = this.frame.getBoundingClientRect()
    this.press.place = this.where(event.clientX - left, event.clientY - top)
    this.on.dragged(this.press.place)
  }

  drop(event) {
    if (this.press?.id !== event.pointerId) return
    const press = this.press
    this.press = null
    if (press.moved) this.on.dropped(press.place)
    else this.on.tapped(press)
  }

  key(event) {
    const direction = KEYS[event.key]
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    const far = event.shiftKey ? 10 : 1
    const from = this.waiting ? this.place : this.at
    this.place = this.on.dragged(from.map((v, axis) => v + far * this.stride[axis] * direction[axis]))
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => {
      this.waiting = null
      this.on.dropped(this.place)
    }, REST)
  }

  dispose() {
    clearTimeout(this.waiting)
    this.element.remove()
  }
}
