// What a visitor hands on: the address of what is on the screen, as a link, as a QR code, and as code for another page.

import { button } from "../shared/menu.js"
import { qrButton } from "./qr.js"

export class Share {
  constructor(menu) {
    this.menu = menu
  }

  /** Open at `anchor`, with the head's `data`. */
  open(anchor, { words, urls }) {
    this.words = words
    const address = location.href
    this.note = Object.assign(document.createElement("p"), { className: "rv-said" })
    this.note.setAttribute("role", "status")
    const items = Object.assign(document.createElement("div"), { className: "rv-items" })
    items.append(
      button(words.link, () => this.copy(address)),
      button(words.code, () => this.copy(frame(address))),
      button(words.cite, () => this.copy(`${words.credit} ${address}`)),
      qrButton(this.menu, words, `${urls.qr}?text=${encodeURIComponent(address)}`, address),
    )
    this.menu.open(anchor, words.share, [items, this.note])
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text)
      this.note.textContent = this.words.copied
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, rows: 3 })
      this.note.replaceChildren(this.words.uncopied, field)
      field.select()
    }
  }
}

/** Code that shows the page at `address` inside another page. */
function frame(address) {
  const url = new URL(address)
  const query = url.search.slice(1)
  const src = `${url.origin}${url.pathname}?embed=true${query ? `&${query}` : ""}`.replaceAll("&", "&amp;")
  return `<iframe src="${src}" title="Ravine" width="960" height="760" style="border:0" loading="lazy"></iframe>`
}
