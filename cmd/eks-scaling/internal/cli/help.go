package cli

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// narrowest is the width below which help is not wrapped further: one word a line cannot be read.
const narrowest = 40

// wrapHelp makes all commands wrap their help at words, to the width of the terminal.
func wrapHelp(root *cobra.Command, env frame.Environment) {
	width := max(cmp.Or(env.Width, frame.DefaultWidth), narrowest)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		text := paragraphs(cmp.Or(cmd.Long, cmd.Short)) + "\n\n" + cmd.UsageString()
		if !cmd.HasParent() {
			text += "\nExit codes:\n" + frame.ExitCodes + "\n"
		}
		section := ""
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, " \n")
			if line != "" && line[0] != ' ' {
				section = line
			}
			term.Say(cmd.OutOrStdout(), "%s\n", term.Styled(strings.Join(wrapLine(line, width, section == "Examples:"), "\n")))
		}
	})
}

// paragraphs joins the lines of each paragraph. Indented lines stay as they are.
func paragraphs(text string) string {
	var all strings.Builder
	joins := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		isText := line != "" && line[0] != ' '
		switch {
		case joins && isText:
			all.WriteString(" ")
		case all.Len() > 0:
			all.WriteString("\n")
		}
		all.WriteString(line)
		joins = isText
	}
	return all.String()
}

// wrapLine breaks a line of help. What follows is below the description, if the line begins with a name in front of one. The parts of an
// example can be pasted into a shell.
func wrapLine(line string, width int, isExample bool) []string {
	own := line[:len(line)-len(strings.TrimLeft(line, " "))]
	switch {
	case len([]rune(line)) <= width:
		return []string{line}
	case isExample && !strings.HasPrefix(line, own+"#"):
		return wrapExample(own, line, width)
	case isExample:
		return hanging(own+"# ", own+"# ", strings.TrimLeft(line, " #"), width)
	}
	name, description, ok := cutColumns(line[len(own):])
	if indent := len(own) + len(name); ok && indent <= width/2 {
		return hanging(own+name, strings.Repeat(" ", indent), description, width)
	}
	return hanging(own, own, line[len(own):], width)
}

// cutColumns cuts a line at the last gap of at least two spaces: "--stack string   name of the stack".
func cutColumns(line string) (name, description string, ok bool) {
	at := strings.LastIndex(line, "  ")
	if at < 0 {
		return "", line, false
	}
	return line[:at+2], line[at+2:], true
}

// hanging wraps a text, with a prefix for the first line and one for all others.
func hanging(first, others, text string, width int) []string {
	lines := term.Wrap(text, width-len([]rune(first)))
	for i, line := range lines {
		prefix := others
		if i == 0 {
			prefix = first
		}
		lines[i] = prefix + line
	}
	return lines
}

// wrapExample breaks a command between its words, never inside quotes.
func wrapExample(own, line string, width int) (lines []string) {
	const continued = ` \`
	now := ""
	for _, word := range shellWords(line) {
		if now != "" && len(own)+len(now)+1+len(word)+len(continued) > width {
			lines = append(lines, own+now+continued)
			own, now = own+"  ", ""
			if len(lines) > 1 {
				own = own[2:] // only the second line is indented further
			}
		}
		now = strings.TrimLeft(now+" "+word, " ")
	}
	return append(lines, own+now)
}

// shellWords splits a command at spaces outside quotes. The words keep their quotes.
func shellWords(line string) (words []string) {
	var word strings.Builder
	var quote rune
	for _, r := range line {
		switch {
		case quote == 0 && r == ' ':
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
			continue
		case quote == r:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		}
		word.WriteRune(r)
	}
	return append(words, word.String())
}

// helpCommand shows the help of a command, and refuses an unknown one.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Shows the help of a command",
		Args: func(cmd *cobra.Command, args []string) error {
			_, err := wanted(cmd, args)
			return err
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
			if about, err := wanted(cmd, args); err == nil {
				for _, verb := range about.Commands() {
					if verb.IsAvailableCommand() {
						names = append(names, verb.Name())
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			about, err := wanted(cmd, args)
			if err != nil {
				return err
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// wanted returns the command that help is asked for.
func wanted(cmd *cobra.Command, args []string) (*cobra.Command, error) {
	about, rest, err := cmd.Root().Find(args)
	if err != nil {
		return nil, err
	}
	if about.HasSubCommands() {
		return about, frame.OnlyVerbs(about, rest)
	}
	return about, nil
}
