// The head of every page: language, light and dark, and what there is to share. Its place is the right end of the page's
// own head, on every page the same.

import { loadStyle } from "../shared/fetching.js"
import { icon } from "../shared/icons.js"
import { Menu } from "../shared/menu.js"
import { themeOf } from "../shared/theme.js"

const CHOSEN = "ravine-theme" // in the browser's storage; shared/first.js hands it to Streamlit

const DRAWER = 768 // pixels: in less, Streamlit's sidebar is a drawer over the page

const PUSHED = '.katex-display, .rv-results, :is(.stMarkdown, .stTable) :has(> table)' // wider than a small screen
const RARELY = 300 // milliseconds without a change of the page

const heads = new WeakMap()

/** `data`: {language, languages: [[code, name]], pages: [[path, title]], page, embedded, words, urls}. */
export async function render({ parentElement, data, setTriggerValue }) {
  document.documentElement.lang = data.language.replace("_", "-")
  if (data.embedded) return
  if (!heads.has(parentElement)) heads.set(parentElement, new Head(parentElement))
  const head = heads.get(parentElement)
  head.say = setTriggerValue
  await Promise.all([loadStyle(data.urls.css), loadStyle(data.urls.menu)])
  head.show(data)
}

export function dispose(parentElement) {
  heads.get(parentElement)?.dispose()
  heads.delete(parentElement)
}

class Head {
  constructor(parent) {
    this.element = parent.appendChild(Object.assign(document.createElement("div"), { className: "rv-head-bar", hidden: true }))
    this.menu = new Menu(this.element)
    this.watcher = new MutationObserver(() => (clearTimeout(this.waiting), (this.waiting = setTimeout(reach, RARELY))))
    this.watcher.observe(document.body, { childList: true, subtree: true })
  }

  show(data) {
    const { words, language } = data
    this.data = data
    document.documentElement.dataset.rvMode = themeOf(this.element).mode
    if (this.page !== data.page) closeDrawer()
    if (this.said !== language || this.page !== data.page) {
      this.said = language
      this.page = data.page
      const languages = group(words.language, data.languages.map(([code, name]) => this.language(code, name)))
      const share = press("rv-share", `${icon("share")}<span></span>`, words.share, () => this.share(share))
      share.lastChild.textContent = words.share
      share.setAttribute("aria-haspopup", "dialog")
      this.element.replaceChildren(this.pages(data), languages, this.theme(words), ...this.rooms(data), share, this.menu.element)
    }
    this.element.hidden = false
  }

  /** A small screen has the menu of pages in a drawer: here they are one press away. */
  pages({ pages, page, words }) {
    const made = Object.assign(document.createElement("select"), { className: "rv-pages" })
    made.setAttribute("aria-label", words.pages)
    for (const [path, title] of pages) made.add(new Option(title, path, path === page, path === page))
    made.addEventListener("change", () => this.say("page", made.value))
    return made
  }

  language(code, name) {
    const made = press("rv-language", "", name, () => this.say("language", code))
    made.textContent = name
    made.lang = code.replace("_", "-")
    made.setAttribute("aria-pressed", code === this.data.language)
    return made
  }

  /** The page comes anew with the other theme: Streamlit reads it once, as the page opens. */
  theme(words) {
    const other = themeOf(this.element).mode === "dark" ? "light" : "dark"
    return press("rv-theme", icon(other), words[other], () => {
      remember(other === "dark" ? "Dark" : "Light")
      location.reload()
    })
  }

  /** Where there are rooms: the button that opens one, or shows the one there is. */
  rooms({ urls, words }) {
    if (!urls.room) return []
    const made = press("rv-room", `${icon("room")}<span></span>`, words.room.room, () => this.room(made))
    made.lastChild.textContent = words.room.room
    made.setAttribute("aria-haspopup", "dialog")
    return [made]
  }

  async room(anchor) {
    const { Room } = await import("./room.js")
    this.opens ??= new Room(this.menu)
    this.opens.open(anchor, this.data)
  }

  async share(anchor) {
    const { Share } = await import("./share.js")
    this.shares ??= new Share(this.menu)
    this.shares.open(anchor, this.data)
  }

  dispose() {
    this.watcher.disconnect()
    clearTimeout(this.waiting)
    this.menu.dispose()
    this.element.remove()
  }
}

/** What can be pushed aside with a finger can be with the arrow keys, too. */
function reach() {
  for (const element of document.querySelectorAll(PUSHED)) {
    const moves = getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth
    if (moves) element.tabIndex = 0
    else element.removeAttribute("tabindex")
  }
}

/** Over a small screen the drawer would hide the page that was chosen in it. */
function closeDrawer() {
  if (innerWidth < DRAWER) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}

function press(className, html, name, done) {
  const made = Object.assign(document.createElement("button"), { type: "button", className, innerHTML: html, title: name })
  made.setAttribute("aria-label", name)
  made.addEventListener("click", done)
  return made
}

function group(name, elements) {
  const made = Object.assign(document.createElement("div"), { className: "rv-languages" })
  made.setAttribute("role", "group")
  made.setAttribute("aria-label", name)
  made.append(...elements)
  return made
}

function remember(theme) {
  try {
    localStorage.setItem(CHOSEN, theme)
  } catch {
    // a browser that keeps nothing shows the theme of its own settings
  }
}
