package explore_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/explore"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
)

// The units of the cluster in its form with named schedules.
const (
	day   = "production:day"
	batch = "production:batch"
)

// named is the cluster with two schedules: at night, day wants small up, and big down if big is its own. Batch then wants as
// many nodes as given of big, if that is its own.
func named(ofDay bool, ofBatch string) []byte {
	night, normal := "small: 1", "small: 0"
	if ofDay {
		night, normal = night+", big: 0", normal+", big: 1"
	}
	on, off := "gpu: 1", "gpu: 1"
	if ofBatch != "" {
		on, off = on+", big: "+ofBatch, off+", big: 1"
	}
	return fmt.Appendf(nil, `
timezone: America/Sao_Paulo
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {small: {minSize: 0, maxSize: 1}, big: {minSize: 0, maxSize: 5}, gpu: {minSize: 0, maxSize: 5}}
    schedules:
      - name: day
        profiles: {night: {%s}, normal: {%s}}
        default: normal
        periods: [{name: night, profile: night, from: "01:00", to: "06:30"}]
      - name: batch
        profiles: {"on": {%s}, "off": {%s}}
        default: "off"
        periods: [{name: run, profile: "on", from: "01:00", to: "05:00"}]
`, night, normal, on, off)
}

// short is the cluster without named schedules: at night small is up, and big is down.
const short = `
timezone: America/Sao_Paulo
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {small: {minSize: 0, maxSize: 1}, big: {minSize: 0, maxSize: 5}, gpu: {minSize: 0, maxSize: 5}}
    profiles: {night: {small: 1, big: 0}, normal: {small: 0, big: 1}}
    schedule:
      default: normal
      periods: [{name: night, profile: night, from: "01:00", to: "06:30"}]
`

// The runs of the night. Both lists of a run's units are the same run.
var (
	elder   = runNamed("elder", time.Second)
	younger = runNamed("younger", 2*time.Second)
)

// moving is an exploration in which people edit the configuration while runs are active.
type moving struct {
	name      string
	documents [][]byte
	runs      []run.Run
	under     []string
	least     int
	set       func(*explore.Scenario)
}

// movings are the ways in which big moves while the elder run is at work on it.
func movings() []moving {
	toBatch := [][]byte{named(true, ""), named(false, "3")}
	both := []run.Run{elder, younger}
	none := func(*explore.Scenario) {}
	return []moving{
		{"big moves to batch, which wants more", toBatch, both, []string{day, batch}, 10_000, none},
		{"big moves to batch, which wants it as it was", [][]byte{named(true, ""), named(false, "1")}, both, []string{day, batch}, 10_000, none},
		{"big moves to batch and back", [][]byte{named(true, ""), named(false, "3"), named(true, "")}, both, []string{day, batch}, 10_000, func(s *explore.Scenario) {
			s.Switches = 2
		}},
		{"big moves to batch, under the same run", toBatch, []run.Run{elder, elder}, []string{day, batch}, 10_000, none},
		{"big moves away from batch, under the same run", [][]byte{named(false, "3"), named(true, "")}, []run.Run{elder, elder}, []string{day, batch}, 10_000, none},
		{"big moves from the only schedule", [][]byte{[]byte(short), named(false, "3")}, both, []string{"production", batch}, 10_000, none},
		{"big moves to the only schedule", [][]byte{named(false, "3"), []byte(short)}, both, []string{batch, "production"}, 10_000, none},
		{"big moves to the run that is older", toBatch, []run.Run{younger, elder}, []string{day, batch}, 10_000, none},
		{"big moves to batch, and updates fail", toBatch, both, []string{day, batch}, 10_000, func(s *explore.Scenario) {
			s.Endings, s.Switches = []explore.Ending{fails}, 3
		}},
	}
}

// deepMovings are explored on request.
func deepMovings() []moving {
	toBatch, both, under := [][]byte{named(true, ""), named(false, "3")}, []run.Run{elder, younger}, []string{day, batch}
	return []moving{
		{"big moves to batch, and an invocation dies", toBatch, both, under, 10_000, func(s *explore.Scenario) {
			s.Deaths, s.Switches = 1, 2
		}},
		{"big moves to batch, and a step is repeated while it runs", toBatch, both, under, 10_000, func(s *explore.Scenario) {
			s.Ghosts, s.Switches = 1, 1
		}},
		{"big moves to batch, and time passes", toBatch, both, under, 10_000, func(s *explore.Scenario) {
			s.Passes, s.Spans, s.Switches = 1, spans, 1
		}},
		{"big moves to batch and back, in more orders", append(toBatch, named(true, "")), both, under, 100_000, func(s *explore.Scenario) {
			s.Switches = 3
		}},
	}
}

// explore explores a moving, with faults.
func (m moving) explore(t *testing.T, f explore.Faults, rules ...explore.Rule) explore.Report {
	t.Helper()
	x, err := explore.New(explore.Setup{Config: m.documents[0], Edits: m.documents[1:], Start: one, Faults: f})
	if err != nil {
		t.Fatal(err)
	}
	s := over(atOnce, m.runs...)
	s.Under, s.MaxStates, s.Rules = m.under, 10_000_000, rules
	s.Nodegroups = append(s.Nodegroups, eksmodel.Nodegroup{
		Ref: eksmodel.Ref{Cluster: "production", Nodegroup: "gpu"}, Sizes: eksmodel.Sizes{Max: 5, Desired: 1}, Behavior: s.Nodegroups[0].Behavior,
	})
	m.set(&s)
	r, err := x.Explore(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestANodegroupThatMovesIsInOneHand explores every interleaving of two runs and people who move a node group between their units.
func TestANodegroupThatMovesIsInOneHand(t *testing.T) {
	rows := movings()
	if *deep {
		rows = append(rows, deepMovings()...)
	}
	for _, m := range rows {
		t.Run(m.name, func(t *testing.T) {
			keepsTheRules(t, m.explore(t, explore.Faults{}), nil, m.least)
		})
	}
}

// heedless makes every write that sets a field heed no order of a node group.
type heedless struct {
	tables.API
	field string
}

func (h heedless) UpdateItem(
	ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	return h.API.UpdateItem(ctx, planted.Heedless(in, h.field), options...)
}

// nameless writes orders that do not say under which schedule they are.
type nameless struct{ tables.API }

func (n nameless) UpdateItem(
	ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	changed := *in
	changed.ExpressionAttributeValues = maps.Clone(in.ExpressionAttributeValues)
	for placeholder, v := range changed.ExpressionAttributeValues {
		if text, ok := v.(*types.AttributeValueMemberS); ok && strings.Contains(text.Value, "#") {
			order := strings.TrimSuffix(strings.TrimSuffix(text.Value, ":day"), ":batch")
			changed.ExpressionAttributeValues[placeholder] = &types.AttributeValueMemberS{Value: order}
		}
	}
	return n.API.UpdateItem(ctx, &changed, options...)
}

// TestFaultsOfMovesAreFound proves that the exploration sees what only a move of a node group brings up.
func TestFaultsOfMovesAreFound(t *testing.T) {
	database := func(plant func(tables.API) tables.API) explore.Faults { return explore.Faults{Database: plant} }
	without := func(field string) explore.Faults {
		return database(func(api tables.API) tables.API { return heedless{api, field} })
	}
	noSchedule := database(func(api tables.API) tables.API { return nameless{api} })
	noIntents := forgets(func(u *claim.Unit) { u.Intents = nil })
	rows := movings()
	toBatch, sameRun := rows[0], rows[3]
	for _, row := range []struct {
		name   string
		faults explore.Faults
		of     moving
		rule   explore.Rule
	}{
		{"an intent does not depend on the order of its node group", without("intents"), toBatch, explore.OneHand},
		{"a mark does not depend on the order of its node group", without("marks"), toBatch, explore.Marked},
		{"an order does not name its schedule", noSchedule, sameRun, explore.Marked},
		{"open intents are ignored", noIntents, toBatch, explore.Unread},
		{"open intents are ignored", noIntents, toBatch, explore.Honest},
	} {
		t.Run(row.name+": "+string(row.rule), func(t *testing.T) {
			r := row.of.explore(t, row.faults, row.rule)
			if r.Broken == nil {
				t.Fatalf("nothing was found in %d states: %v", r.States, r.Outcomes)
			}
			t.Logf("found among %d states:\n%s", r.States, strings.Join(r.Story, "\n"))
		})
	}
}
