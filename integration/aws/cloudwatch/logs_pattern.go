package cloudwatch

import (
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

// logPattern lists the terms that a line must contain, all of them.
type logPattern []string

// term is a word, or anything in quotation marks.
var term = regexp.MustCompile(`^\s*(?:"((?:[^"\\]|\\.)*)"|([0-9A-Za-z_]+))(?:\s|$)`)

// readPattern reads a filter pattern. It takes none for JSON or columns, no regular
// expression, and no term after - or a question mark.
func readPattern(text string) (logPattern, error) {
	var p logPattern
	for rest := text; strings.TrimSpace(rest) != ""; {
		found := term.FindStringSubmatch(rest)
		if found == nil {
			return nil, wire.Refuse(badLogsParameter, "Invalid filter pattern at "+strings.TrimSpace(rest)+
				": want words of letters, digits and _, and everything else in quotation marks")
		}
		p = append(p, strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(found[1])+found[2])
		rest = rest[len(found[0]):]
	}
	return p, nil
}

// fits is case-sensitive, as in CloudWatch Logs.
func (p logPattern) fits(line string) bool {
	return !slices.ContainsFunc(p, func(each string) bool { return !strings.Contains(line, each) })
}
