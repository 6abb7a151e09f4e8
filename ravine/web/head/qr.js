// A QR code in a menu, which fills the screen at a press.

import { button } from "../shared/menu.js"

const TYPED = 60 // characters of an address that somebody may type; half of one would lead to another race

/** The QR code of `address`, whose picture is at `src`. What cannot be one says why. `words`: {qr, larger, close}. */
export function qrButton(menu, words, src, address) {
  const image = Object.assign(new Image(), { src, alt: words.qr, width: 180, height: 180 })
  const made = button("", () => fill(menu, words, src, address), { name: words.larger, className: "rv-qr" })
  made.append(image, Object.assign(document.createElement("span"), { textContent: words.larger }))
  image.addEventListener("error", async () => {
    made.disabled = true
    const answer = await fetch(src)
    made.replaceChildren(answer.ok ? words.qr : await answer.text())
  })
  return made
}

function fill(menu, words, src, address) {
  menu.close()
  const whole = Object.assign(document.createElement("dialog"), { className: "rv-qr-screen" })
  whole.setAttribute("aria-label", words.qr)
  const close = button("", () => whole.close(), { name: words.close, className: "rv-qr-whole" })
  close.append(Object.assign(new Image(), { src, alt: words.qr }))
  const typed = address.replace(/^https?:\/\//, "").replace(/\/$/, "")
  whole.append(close)
  if (typed.length <= TYPED) whole.append(Object.assign(document.createElement("p"), { textContent: typed }))
  whole.addEventListener("close", () => whole.remove())
  whole.addEventListener("click", () => whole.close())
  document.body.append(whole)
  whole.showModal()
}
