/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "input.h"

#include <freerdp/scancode.h>

/* From messages of the shell to events of the protocol. Says nothing about what is typed: no log
 * line here may ever hold a key. */

#define BUTTONS (PTR_FLAGS_BUTTON1 | PTR_FLAGS_BUTTON2 | PTR_FLAGS_BUTTON3)
#define WHEELS (PTR_FLAGS_WHEEL | PTR_FLAGS_HWHEEL)
#define EXTENDED_BUTTONS (PTR_XFLAGS_BUTTON1 | PTR_XFLAGS_BUTTON2)

static gboolean
one_bit (guint32 bits)
{
  return bits != 0 && (bits & (bits - 1)) == 0;
}

static gboolean
pointer_flags_valid (guint32 flags)
{
  if (flags & WHEELS) /* rotation is a 9 bit number with its sign in PTR_FLAGS_WHEEL_NEGATIVE */
    return one_bit (flags & WHEELS) && (flags & ~(guint32) (WHEELS | WheelRotationMask)) == 0;
  if (flags & BUTTONS)
    return one_bit (flags & BUTTONS)
           && (flags & ~(guint32) (BUTTONS | PTR_FLAGS_DOWN | PTR_FLAGS_MOVE)) == 0;
  return flags == PTR_FLAGS_MOVE;
}

gboolean
kiosk_rdp_input_valid (const KioskRdpInput *message)
{
  guint32 a = message->a, b = message->b, c = message->c;

  switch ((KioskRdpInputKind) message->kind)
    {
    case KIOSK_RDP_INPUT_KEY:
      return a < 0x200 && (a & 0xff) != 0 && b <= 1 && c == 0;
    case KIOSK_RDP_INPUT_UNICODE:
      return a > 0 && a <= 0xffff && b <= 1 && c == 0;
    case KIOSK_RDP_INPUT_POINTER:
      return pointer_flags_valid (a) && b < KIOSK_RDP_MAX_WIDTH && c < KIOSK_RDP_MAX_HEIGHT;
    case KIOSK_RDP_INPUT_POINTER_EXTENDED:
      return one_bit (a & EXTENDED_BUTTONS)
             && (a & ~(guint32) (EXTENDED_BUTTONS | PTR_XFLAGS_DOWN)) == 0
             && b < KIOSK_RDP_MAX_WIDTH && c < KIOSK_RDP_MAX_HEIGHT;
    case KIOSK_RDP_INPUT_FOCUS:
      return c == 0 && ((a == 0 && b == 0) || (a == 1 && b <= 15));
    case KIOSK_RDP_INPUT_SIZE:
      return a >= KIOSK_RDP_MIN_WIDTH && a <= KIOSK_RDP_MAX_WIDTH && b >= KIOSK_RDP_MIN_HEIGHT
             && b <= KIOSK_RDP_MAX_HEIGHT && c >= 100 && c <= 500;
    case KIOSK_RDP_INPUT_SHOWN:
      return a == 0 && b == 0 && c == 0;
    case KIOSK_RDP_INPUT_FREE:
      return a < KIOSK_RDP_BUFFERS && b == 0 && c == 0;
    }
  return FALSE;
}

static gboolean
send_key (KioskRdpInputState *self, rdpInput *input, guint32 code, gboolean down)
{
  gboolean repeat = down && self->keys[code];

  /* A release without its press: the key was released here already, when the focus went. */
  if (!down && !self->keys[code])
    return TRUE;
  self->keys[code] = down;
  /* Pause has no code of its own: E0 46 means Break, with Ctrl. Without, it is a sequence that
   * includes its release, [MS-RDPBCGR] 2.2.8.1.1.3.1.1.1 (KBDFLAGS_EXTENDED1). */
  if (code == RDP_SCANCODE_PAUSE && !self->keys[RDP_SCANCODE_LCONTROL]
      && !self->keys[RDP_SCANCODE_RCONTROL])
    return !down || repeat || freerdp_input_send_keyboard_pause_event (input);
  return freerdp_input_send_keyboard_event_ex (input, down, repeat, code);
}

static gboolean
send_character (KioskRdpInputState *self, rdpInput *input, guint32 unit, gboolean down)
{
  guint8 bit = 1u << (unit % 8);
  gboolean held = (self->characters[unit / 8] & bit) != 0;

  if (!down && !held)
    return TRUE;
  if (down && !held)
    self->held_characters++;
  else if (!down)
    self->held_characters--;
  if (down)
    self->characters[unit / 8] |= bit;
  else
    self->characters[unit / 8] &= ~bit;
  return freerdp_input_send_unicode_keyboard_event (input, down ? 0 : KBD_FLAGS_RELEASE, unit);
}

static gboolean
send_pointer (KioskRdpInputState *self, rdpInput *input, guint32 flags)
{
  guint32 button = (flags & WHEELS) ? 0 : flags & BUTTONS;

  if (button != 0)
    {
      gboolean down = (flags & PTR_FLAGS_DOWN) != 0;

      if (!down && !(self->buttons & button))
        {
          /* released already; what remains is the movement */
          return freerdp_input_send_mouse_event (input, PTR_FLAGS_MOVE, self->x, self->y);
        }
      self->buttons = down ? self->buttons | button : self->buttons & ~button;
    }
  return freerdp_input_send_mouse_event (input, flags, self->x, self->y);
}

static gboolean
send_extended (KioskRdpInputState *self, rdpInput *input, guint32 flags)
{
  guint32 button = flags & EXTENDED_BUTTONS;
  gboolean down = (flags & PTR_XFLAGS_DOWN) != 0;

  if (!down && !(self->extended_buttons & button))
    return TRUE;
  self->extended_buttons
      = down ? self->extended_buttons | button : self->extended_buttons & ~button;
  return freerdp_input_send_extended_mouse_event (input, flags, self->x, self->y);
}

static gboolean
gain_focus (KioskRdpInputState *self, rdpInput *input, guint32 locks)
{
  guint32 flags = 0;

  if (locks & 1)
    flags |= KBD_SYNC_SCROLL_LOCK;
  if (locks & 2)
    flags |= KBD_SYNC_NUM_LOCK;
  if (locks & 4)
    flags |= KBD_SYNC_CAPS_LOCK;
  if (locks & 8)
    flags |= KBD_SYNC_KANA_LOCK;
  return kiosk_rdp_input_release (self, input) && freerdp_input_send_focus_in_event (input, flags);
}

gboolean
kiosk_rdp_input_send (KioskRdpInputState *self, rdpInput *input, const KioskRdpInput *message,
                      guint32 width, guint32 height)
{
  switch ((KioskRdpInputKind) message->kind)
    {
    case KIOSK_RDP_INPUT_KEY:
      return send_key (self, input, message->a, message->b == 1);
    case KIOSK_RDP_INPUT_UNICODE:
      return send_character (self, input, message->a, message->b == 1);
    case KIOSK_RDP_INPUT_POINTER:
    case KIOSK_RDP_INPUT_POINTER_EXTENDED:
      self->x = MIN (message->b, MAX (width, 1) - 1);
      self->y = MIN (message->c, MAX (height, 1) - 1);
      if (message->kind == KIOSK_RDP_INPUT_POINTER)
        return send_pointer (self, input, message->a);
      return send_extended (self, input, message->a);
    case KIOSK_RDP_INPUT_FOCUS:
      if (message->a == 1)
        return gain_focus (self, input, message->b);
      return kiosk_rdp_input_release (self, input);
    case KIOSK_RDP_INPUT_SIZE:
    case KIOSK_RDP_INPUT_SHOWN:
    case KIOSK_RDP_INPUT_FREE:
      break;
    }
  g_return_val_if_reached (FALSE);
}

gboolean
kiosk_rdp_input_release (KioskRdpInputState *self, rdpInput *input)
{
  gboolean ok = TRUE;

  for (guint32 code = 0; code < G_N_ELEMENTS (self->keys); code++)
    {
      if (self->keys[code])
        ok = send_key (self, input, code, FALSE) && ok;
    }
  for (guint32 unit = 0; unit <= 0xffff && self->held_characters > 0; unit++)
    {
      if (self->characters[unit / 8] & (1u << (unit % 8)))
        ok = send_character (self, input, unit, FALSE) && ok;
    }
  for (guint32 bit = PTR_FLAGS_BUTTON1; bit <= PTR_FLAGS_BUTTON3; bit <<= 1)
    {
      if (self->buttons & bit)
        ok = send_pointer (self, input, bit) && ok;
    }
  for (guint32 bit = PTR_XFLAGS_BUTTON1; bit <= PTR_XFLAGS_BUTTON2; bit <<= 1)
    {
      if (self->extended_buttons & bit)
        ok = send_extended (self, input, bit) && ok;
    }
  return ok;
}
