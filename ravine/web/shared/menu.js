// A menu: a panel of controls that opens at a button and closes with Escape or a click elsewhere (the browser's popover).

export class Menu {
  /** In `home`, an element on the page. */
  constructor(home) {
    this.element = home.appendChild(document.createElement("div"))
    this.element.className = "rv-menu"
    this.element.popover = "auto"
    this.element.addEventListener("toggle", (event) => {
      if (event.newState === "closed" && this.anchor) {
        this.anchor.setAttribute("aria-expanded", "false")
        this.anchor = null
      }
    })
    this.press = ({ target }) => (this.pressed = this.anchor?.contains(target) ? this.anchor : null)
    document.addEventListener("pointerdown", this.press, true)
  }

  /** Open at `anchor` with these elements; a second press on the same button closes. `name` is for screen readers. */
  open(anchor, name, content) {
    if (this.pressed === anchor) return (this.pressed = null) // the press has closed it
    this.element.setAttribute("role", "dialog")
    this.element.setAttribute("aria-label", name)
    this.element.replaceChildren(...content)
    this.element.showPopover()
    this.anchor = anchor
    anchor.setAttribute("aria-expanded", "true")
    this.place()
    this.element.querySelector("button, a, select, [type=checkbox]")?.focus({ preventScroll: true }) // a text field would bring a telephone's keyboard
  }

  /** Below the button, above it where there is more room, and always inside the window. */
  place() {
    const { left, right, top, bottom } = this.anchor.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = this.element
    const x = left + width > window.innerWidth - 8 ? right - width : left
    const below = bottom + 4 + height <= window.innerHeight || top < height
    this.element.style.left = `${Math.max(8, Math.min(x, window.innerWidth - width - 8))}px`
    this.element.style.top = `${Math.max(8, Math.min(below ? bottom + 4 : top - height - 4, window.innerHeight - height - 8))}px`
  }

  get isOpen() {
    return this.element.matches(":popover-open")
  }

  close() {
    if (this.isOpen) this.element.hidePopover()
  }

  dispose() {
    document.removeEventListener("pointerdown", this.press, true)
  }
}

/** A button with a text, and an icon before it (SVG text) where there is one. */
export function button(text, press, { icon = "", name = "", className = "" } = {}) {
  const made = document.createElement("button")
  made.type = "button"
  made.className = className
  made.innerHTML = icon
  if (text) made.append(Object.assign(document.createElement("span"), { textContent: text }))
  if (name) {
    made.setAttribute("aria-label", name)
    made.title = name
  }
  made.addEventListener("click", press)
  return made
}

/** A box to check. `turn(on)` is told of a change. */
export function checkbox(text, checked, turn) {
  const label = document.createElement("label")
  label.className = "rv-check"
  const box = label.appendChild(document.createElement("input"))
  box.type = "checkbox"
  box.checked = checked
  box.addEventListener("change", () => turn(box.checked))
  label.append(text)
  return label
}
