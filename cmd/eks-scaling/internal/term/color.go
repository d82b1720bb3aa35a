package term

// Mood is the meaning of a text. It decides the color, if colors may be shown.
//
// A command colors by meaning, never for decoration, and only the word that carries the meaning. The text must say the same without
// color. Pass env.Color(), which follows --color, NO_COLOR and the terminal:
//
//	term.Say(out, "run %s %s\n", name, term.Colored(term.Failed, "failed", env.Color()))  // a word in a line
//	term.Table{Width: env.Width, Color: env.Color(), Mood: moodOf}.Write(out, rows)       // words in the cells of a table
//	screen.Say(term.Warning, 2, "1 of 4 alarms is firing")                                 // a whole line of a screen
type Mood int

// The moods.
const (
	Plain   Mood = iota
	Failed       // red: wrong, and somebody must act
	OK           // green: healthy, in sync, succeeded
	Warning      // yellow: may be wrong, or will be
	Changed      // cyan: will change or has changed
)

// The colors of the moods.
const (
	Red     = "\x1b[31m"
	Green   = "\x1b[32m"
	Yellow  = "\x1b[33m"
	Cyan    = "\x1b[36m"
	NoColor = "\x1b[0m"
)

var colors = map[Mood]string{Failed: Red, OK: Green, Warning: Yellow, Changed: Cyan}

// Colored returns a text in the color of its mood, or as it is without colors. It makes the text printable.
func Colored(mood Mood, text string, color bool) Styled {
	return Styled(paint(mood, shown(text), color))
}

// paint colors a printable text.
func paint(mood Mood, text string, color bool) string {
	if code := colors[mood]; color && code != "" && text != "" {
		return code + text + NoColor
	}
	return text
}
