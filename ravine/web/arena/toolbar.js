// The row above the picture: which layout, how near, what is shown, and what can be taken away.

import { label } from "./bar.js"
import { icon } from "../shared/icons.js"

const LAYOUTS = ["overlay", "panels", "3d"]
const VIEWS = ["wider", "closer", "whole", "follow"]
const MENUS = ["show", "take", "present", "help"]

export class Toolbar {
  /** `on` has layout(name), closer(), wider(), whole(), follow(), show(button) and take(button), which open menus, present() and help(). */
  constructor(on) {
    this.element = document.createElement("div")
    this.element.className = "rv-toolbar"
    this.layouts = this.group("rv-layouts", LAYOUTS, (name) => on.layout(name))
    this.views = this.group("rv-views", VIEWS, (name) => on[name]())
    this.menus = this.group("rv-menus", MENUS, (name, made) => on[name](made))
    for (const name of ["show", "take"]) this.menus[name].setAttribute("aria-haspopup", "dialog")
    for (const name of [...VIEWS, ...MENUS]) ({ ...this.views, ...this.menus })[name].innerHTML = icon(name)
  }

  group(className, names, press) {
    const home = this.element.appendChild(document.createElement("div"))
    home.className = className
    home.setAttribute("role", "group")
    return Object.fromEntries(names.map((name) => {
      const made = home.appendChild(Object.assign(document.createElement("button"), { type: "button", className: `rv-${name}` }))
      made.addEventListener("click", () => press(name, made))
      return [name, made]
    }))
  }

  /** Names in the visitor's language. */
  name(words) {
    for (const name of LAYOUTS) this.layouts[name].textContent = words[name]
    for (const [name, made] of Object.entries({ ...this.views, ...this.menus })) label(made, words[name])
    this.layouts.overlay.parentElement.setAttribute("aria-label", words.layout)
    this.views.whole.parentElement.setAttribute("aria-label", words.view)
  }

  /** `looks`: the layout, whether the picture is zoomed (the relief: turned), and whether a path is out of it. */
  show({ layout, zoomed, lost }) {
    for (const name of LAYOUTS) this.layouts[name].setAttribute("aria-pressed", name === layout)
    const { whole, follow } = this.views
    whole.disabled = !zoomed
    follow.disabled = !lost
  }
}
