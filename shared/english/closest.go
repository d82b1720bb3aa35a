package english

import "strings"

// DidYouMean returns text such as `; did you mean "sleep"?` if one of the known words is close to a word, else nothing.
func DidYouMean(word string, known []string) string {
	if closest := Closest(word, known); closest != "" {
		return `; did you mean "` + closest + `"?`
	}
	return ""
}

// Closest returns the known word with the fewest edits from a word, the first of several. It returns nothing if that takes more edits
// than a third of the word's letters; one is allowed if another letter stays. Then the only known word that starts with the word, of
// three letters or more, is the closest. Letters of either case are the same.
func Closest(word string, known []string) string {
	if near := nearest(word, known); near != "" || len([]rune(word)) < 3 {
		return near
	}
	var longer []string
	for _, k := range known {
		if strings.HasPrefix(strings.ToLower(k), strings.ToLower(word)) {
			longer = append(longer, k)
		}
	}
	if len(longer) != 1 {
		return ""
	}
	return longer[0]
}

// nearest returns the known word with the fewest edits from a word, if these are few.
func nearest(word string, known []string) (closest string) {
	fewest := max(1, len([]rune(word))/3) + 1
	for _, k := range known {
		if n := edits(strings.ToLower(word), strings.ToLower(k)); n < fewest && n < len([]rune(word)) {
			fewest, closest = n, k
		}
	}
	return closest
}

// edits counts the letters to insert, remove, replace or swap with the next to turn one word into another (optimal string alignment).
func edits(from, to string) int {
	a, b := []rune(from), []rune(to)
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
