// What a visitor hands on: the address of what is on the screen, as a link, as a QR code (which fills the screen at a
// press), and as code for another page.

import { button } from "../shared/menu.js"

const TYPED = 60 // characters of an address that somebody may type; half of one would lead to another race

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
      this.qr(`${urls.qr}?text=${encodeURIComponent(address)}`, address),
    )
    this.menu.open(anchor, words.share, [items, this.note])
  }

  /** A QR code; a press lets it fill the screen. What cannot be one says why. */
  qr(src, address) {
    const image = Object.assign(new Image(), { src, alt: this.words.qr, width: 180, height: 180 })
    const made = button("", () => this.fill(src, address), { name: this.words.larger, className: "rv-qr" })
    made.append(image, Object.assign(document.createElement("span"), { textContent: this.words.larger }))
    image.addEventListener("error", async () => {
      made.disabled = true
      const answer = await fetch(src)
      made.replaceChildren(answer.ok ? this.words.qr : await answer.text())
    })
    return made
  }

  fill(src, address) {
    this.menu.close()
    const whole = Object.assign(document.createElement("dialog"), { className: "rv-qr-screen" })
    whole.setAttribute("aria-label", this.words.qr)
    const close = button("", () => whole.close(), { name: this.words.close, className: "rv-qr-whole" })
    close.append(Object.assign(new Image(), { src, alt: this.words.qr }))
    const typed = address.replace(/^https?:\/\//, "").replace(/\/$/, "")
    whole.append(close)
    if (typed.length <= TYPED) whole.append(Object.assign(document.createElement("p"), { textContent: typed }))
    whole.addEventListener("close", () => whole.remove())
    whole.addEventListener("click", () => whole.close())
    document.body.append(whole)
    whole.showModal()
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
