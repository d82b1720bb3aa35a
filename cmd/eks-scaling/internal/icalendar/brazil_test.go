package icalendar_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"

	"github.com/google/go-cmp/cmp"
)

const brazilFile = "../../../../examples/brazil-holidays.ics"

func TestBrazilianHolidays(t *testing.T) {
	data, err := os.ReadFile(brazilFile)
	if err != nil {
		t.Fatal(err)
	}
	// The years around those of the file must be empty.
	days, err := icalendar.Parse(data, date(2020, time.January, 1), date(2040, time.December, 31))
	if err != nil {
		t.Fatal(err)
	}
	want := `
20260101 Confraternização Universal
20260403 Paixão de Cristo (Sexta-feira Santa)
20260421 Tiradentes
20260501 Dia do Trabalho
20260907 Independência do Brasil
20261012 Nossa Senhora Aparecida
20261102 Finados
20261115 Proclamação da República
20261120 Dia Nacional de Zumbi e da Consciência Negra
20261225 Natal
20270101 Confraternização Universal
20270326 Paixão de Cristo (Sexta-feira Santa)
20270421 Tiradentes
20270501 Dia do Trabalho
20270907 Independência do Brasil
20271012 Nossa Senhora Aparecida
20271102 Finados
20271115 Proclamação da República
20271120 Dia Nacional de Zumbi e da Consciência Negra
20271225 Natal
20280101 Confraternização Universal
20280414 Paixão de Cristo (Sexta-feira Santa)
20280421 Tiradentes
20280501 Dia do Trabalho
20280907 Independência do Brasil
20281012 Nossa Senhora Aparecida
20281102 Finados
20281115 Proclamação da República
20281120 Dia Nacional de Zumbi e da Consciência Negra
20281225 Natal`
	if diff := cmp.Diff(strings.TrimSpace(want), written(days)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for _, day := range days {
		if goodFriday := easter(day.Date.Year()).AddDate(0, 0, -2); strings.HasPrefix(day.Name, "Paixão") && !day.Date.Equal(goodFriday) {
			t.Errorf("found Good Friday on %v; want %v", day.Date, goodFriday)
		}
	}
}

// easter is the Sunday by the algorithm of Meeus, Jones and Butcher.
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	n := h + l - 7*m
	month := (n + 90) / 25
	return date(year, time.Month(month), (n+33*month+19)%32)
}

func TestEaster(t *testing.T) {
	for _, want := range []time.Time{
		date(1961, time.April, 2), date(2000, time.April, 23), date(2024, time.March, 31),
		date(2026, time.April, 5), date(2027, time.March, 28), date(2028, time.April, 16), date(2038, time.April, 25),
	} {
		if got := easter(want.Year()); !got.Equal(want) {
			t.Errorf("found %v, want %v", got, want)
		}
	}
}

// The standard wants lines of at most 75 bytes that end in CRLF.
func TestBrazilianFileKeepsToTheStandard(t *testing.T) {
	data, err := os.ReadFile(brazilFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		if text, ok := bytes.CutSuffix(line, []byte("\r\n")); !ok || len(text) > 75 {
			t.Errorf("found %q; want at most 75 bytes and CRLF", line)
		}
	}
	unfolded := strings.ReplaceAll(string(data), "\r\n ", "")
	for _, leftOut := range []string{"Carnival", "Corpus Christi", "pontos facultativos"} {
		if _, description, _ := strings.Cut(unfolded, "X-WR-CALDESC:"); !strings.Contains(description, leftOut) {
			t.Errorf("the description does not say that %s are left out", leftOut)
		}
	}
}
