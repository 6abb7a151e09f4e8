// The gallery: cards with pictures of races. A card is a link, and so opens in a new tab like any other; a plain click
// opens its race in this page.

import { loadStyle } from "../shared/fetching.js"
import { themeOf } from "../shared/theme.js"

const NEAR = "200px"
const galleries = new WeakMap()

export function render(component) {
  const parent = component.parentElement
  if (!galleries.has(parent)) galleries.set(parent, new Gallery(parent))
  return galleries.get(parent).receive(component)
}

export function dispose(parentElement) {
  galleries.get(parentElement)?.leave()
  galleries.delete(parentElement)
}

class Gallery {
  constructor(parent) {
    this.element = parent.appendChild(document.createElement("ul"))
    this.element.className = "rv-gallery"
    const near = (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => this.fetch(target))
    this.watch = new IntersectionObserver(near, { rootMargin: NEAR })
  }

  /** The arena goes first: it is what the visitor came for, and until it stands the cards are not where they will be. */
  async afterArena(patience = 25) {
    while (patience-- && this.element.isConnected && !document.querySelector(".rv-arena[data-curves]")) {
      await new Promise((done) => setTimeout(done, 200))
    }
  }

  /** A picture is fetched when its card comes near the screen; the browser's own patience begins far below it. */
  fetch(picture) {
    this.watch.unobserve(picture)
    picture.src = picture.dataset.src
  }

  async receive({ data, setTriggerValue }) {
    await loadStyle(data.css)
    this.send = setTriggerValue
    this.arena ??= this.afterArena()
    await this.arena
    const { mode } = themeOf(this.element)
    const shown = JSON.stringify([data, mode, location.search])
    if (shown === this.shown) return
    this.shown = shown
    if (this.element.childElementCount !== data.cards.length) this.element.replaceChildren(...data.cards.map(() => this.card()))
    data.cards.forEach((card, i) => this.fill(this.element.children[i].firstChild, card, data.pictures, mode))
  }

  /** An empty card. Its places are filled anew when language or theme change, so that focus stays where it is. */
  card() {
    const item = document.createElement("li")
    const card = item.appendChild(document.createElement("a"))
    card.className = "rv-card"
    const picture = card.appendChild(document.createElement("img"))
    Object.assign(picture, { decoding: "async", width: 320, height: 200 })
    for (const name of ["b", "span"]) card.append(document.createElement(name))
    card.addEventListener("click", (event) => this.open(event, card.dataset.link))
    return item
  }

  fill(card, { title, sentence, link }, pictures, mode) {
    const [picture, name, said] = card.children
    card.href = addressOf(link, location.search)
    card.dataset.link = link
    const source = pictureOf(pictures, link, mode)
    if (picture.dataset.src !== source) {
      picture.dataset.src = source
      this.watch.observe(picture)
    }
    picture.alt = sentence
    name.textContent = title
    said.textContent = unbroken(sentence)
    said.ariaHidden = "true" // the picture says it already
  }

  leave() {
    this.watch.disconnect()
    this.element.remove()
  }

  open(event, link) {
    if (!isPlain(event)) return
    event.preventDefault()
    this.send("open", link)
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0, behavior: still ? "auto" : "smooth" })
  }
}

/** A text in which no line ends beside an equals sign. */
export function unbroken(text) {
  return text.replaceAll(/ ([=<>]) /g, "\u00a0$1\u00a0")
}

/** The address of a race on this page, in the language that the present address, `search`, asks for. */
export function addressOf(link, search) {
  const lang = new URLSearchParams(search).get("lang")
  return `?${[lang && `lang=${encodeURIComponent(lang)}`, link].filter(Boolean).join("&")}`
}

/** The address of the thumbnail of a race. */
export function pictureOf(pictures, link, mode) {
  return `${pictures}?${[link, `mode=${mode}`].filter(Boolean).join("&")}`
}

/** Whether a click is for this page: with another button or a key held, the browser opens the link elsewhere. */
export function isPlain(event) {
  const held = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
  return event.button === 0 && !held && !event.defaultPrevented
}
