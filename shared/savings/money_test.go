package savings_test

import (
	"encoding/json"
	"testing"

	"eks-scaling-automation/shared/savings"
)

func TestPricesAreReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0.0416000000": "0.0416", "3": "3.00", "0.1": "0.10", "0.0000000001": "0.0000000001", "10000": "10000.00",
		"0": "", "0.00": "", "-1": "", "": "", ".5": "", "1.": "", "1e3": "", "0.00000000001": "", "10000.01": "", "99999999999999999999": "", "1 ": "",
	} {
		got := ""
		if p, err := savings.ParsePrice(text); err == nil {
			got = p.String()
		}
		if got != want {
			t.Errorf("%q is read as %q; want %q", text, got, want)
		}
	}
}

func TestAmountsAreRoundedOnlyToBeShown(t *testing.T) {
	t.Parallel()
	third := price("0.01").For(savings.NodeHour / 2) // half a cent
	var sum savings.USD
	for range 3 {
		sum = sum.Plus(third)
	}
	var none savings.USD
	for _, row := range []struct {
		of         savings.USD
		text, json string
	}{
		{third, "0.01", "0.005"},
		{sum, "0.02", "0.015"},
		{none.Minus(sum), "-0.02", "-0.015"},
		{none, "0.00", "0"},
		{none.Minus(price("0.0001").For(savings.NodeHour)), "0.00", "-0.0001"},
		{price("1.5").For(1000 * savings.NodeHour), "1,500.00", "1500"},
		{savings.Dollars(25, 3), "0.03", "0.025"},
	} {
		text, err := json.Marshal(row.of)
		if err != nil || row.of.String() != row.text || string(text) != row.json {
			t.Errorf("%s, %s (%v); want %s, %s", row.of, text, err, row.text, row.json)
		}
	}
}

func TestNodeTimeInHours(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		of         savings.NodeTime
		text, json string
	}{
		{0, "0.0", "0"},
		{savings.NodeHour, "1.0", "1"},
		{1, "0.0", "0.0003"},
		{-1, "0.0", "-0.0003"},
		{-5400, "-1.5", "-1.5"},
		{1_204 * savings.NodeHour, "1,204.0", "1204"},
		{12_345_678*savings.NodeHour - 1, "12,345,678.0", "12345677.9997"},
	} {
		text, err := json.Marshal(row.of)
		if err != nil || row.of.String() != row.text || string(text) != row.json {
			t.Errorf("%s, %s (%v); want %s, %s", row.of, text, err, row.text, row.json)
		}
		var back savings.NodeTime
		if err := json.Unmarshal(text, &back); err != nil || back != row.of {
			t.Errorf("%s is read as %d seconds (%v); want %d", text, back, err, row.of)
		}
	}
}
