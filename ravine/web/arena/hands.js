// What the visitor does, and which organ does it.

import { inside } from "./geometry.js"

/** On the picture itself. `send(kind, value)` tells the server. Where a teacher leads, nobody else moves the start. */
export function gestures({ camera, company, live, look, pointing, remark, started }, send) {
  const start = (at) => ["start", String(camera.place(at))]
  const begin = (at) => {
    remark.offer(started())
    send("turn", start(at))
  }
  return {
    zoomed: (box) => camera.lookAt(box),
    chose: (point) => pointing.choose(point),
    hovered: (at) => remark.hover(at),
    picked: (at) => !company.isLed && inside(at, camera.view) && begin(at),
    dragged: (at) => {
      live.turn(start(at))
      return camera.place(at)
    },
    dropped: begin,
    whole: () => camera.whole(),
    turned: (eye) => {
      look.settle()
      return camera.turned(eye)
    },
  }
}

const STEP = 1.4 // how much nearer the relief is at a press

/** In the row above the picture. `on` has relief() (null where the picture is flat), arrange(layout), places() and paths() of
 * the racers, show(button), take(button), present(), help().
 */
export function tools({ camera }, on) {
  return {
    closer: () => (on.relief() ? on.relief().zoom(1 / STEP) : camera.closer(on.places())),
    wider: () => (on.relief() ? on.relief().zoom(STEP) : camera.wider()),
    whole: () => camera.whole(),
    follow: () => camera.follow(on.paths()),
    layout: on.arrange,
    show: on.show,
    take: on.take,
    present: on.present,
    help: on.help,
  }
}

/** With the live knob. `on` has assign(key). */
export function dialling({ knob }, on) {
  return {
    near: () => knob.need(),
    scrub: (stop) => knob.scrub(stop),
    commit: (stop) => knob.commit(stop),
    assign: on.assign,
    settings: () => document.querySelector('[data-testid="stExpandSidebarButton"]')?.click(),
  }
}

/** With the critical points. `on` has draw(), isSeen(), reveal(), isPreview() and commit([key, text]). */
export function pointed({ look, switches }, on) {
  return {
    changed: () => {
      on.draw()
      if (!on.isPreview()) look.settle()
    },
    told: () => look.settle(0),
    isSeen: on.isSeen,
    reveal: on.reveal,
    mark: (shown) => switches.turn("critical", shown),
    turn: (key, text) => on.commit([key, text]),
  }
}
