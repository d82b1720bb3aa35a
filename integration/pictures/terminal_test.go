package pictures_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/pictures"
)

func TestTerminalKeepsColumnsAndColors(t *testing.T) {
	t.Parallel()
	drawn := pictures.Terminal("a <test>", "status", "STATE  \x1b[31mfailed\x1b[0m & more\r\n\x1b[2Kplain\r\n")
	var svg struct {
		Label string `xml:"aria-label,attr"`
		Lines []struct {
			Y     int `xml:"y,attr"`
			Spans []struct {
				X    string `xml:"x,attr"`
				Fill string `xml:"fill,attr"`
				Text string `xml:",chardata"`
			} `xml:"tspan"`
		} `xml:"g>text"`
	}
	if err := xml.Unmarshal([]byte(drawn), &svg); err != nil {
		t.Fatalf("%v\n%s", err, drawn)
	}
	var got []string
	for _, line := range svg.Lines {
		var spans []string
		for _, s := range line.Spans {
			spans = append(spans, s.X+" "+s.Fill+" "+s.Text)
		}
		got = append(got, strings.Join(spans, "|"))
	}
	want := []string{
		"16.0 #7ee787 $|23.8 #e6edf3  status",
		"16.0 #e6edf3 STATE  |70.6 #ff7b72 failed|117.4 #e6edf3  & more",
		"16.0 #e6edf3 plain",
	}
	if diff := cmp.Diff(want, got); diff != "" || svg.Label != "a <test>" {
		t.Errorf("found the label %q and other lines (-want +got):\n%s", svg.Label, diff)
	}
}
