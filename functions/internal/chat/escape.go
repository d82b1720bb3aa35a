package chat

import (
	"strings"

	"eks-scaling-automation/shared/printable"
)

// Escape makes foreign text harmless in Markdown: it neither formats, links nor mentions people.
func Escape(text string) string {
	return strings.NewReplacer("*", "∗", "_", "ˍ", "`", "'", "~", "∼", "<", "‹", ">", "›", "[", "(", "]", ")", "@", "@\u200b").Replace(printable.Line(text))
}
