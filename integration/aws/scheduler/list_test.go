package scheduler_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/scheduler"
)

// list is all that a list shows, as group/name, and the sizes of its pages.
func (w world) list(in *awsscheduler.ListSchedulesInput) (names []string, pages []int) {
	w.t.Helper()
	for p := awsscheduler.NewListSchedulesPaginator(w.client, in); p.HasMorePages(); {
		out, err := p.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		pages = append(pages, len(out.Schedules))
		for _, each := range out.Schedules {
			names = append(names, *each.GroupName+"/"+*each.Name)
		}
	}
	return names, pages
}

func TestAListShowsSummaries(t *testing.T) {
	w := start(t)
	w.mustCreate(night())
	out, err := w.client.ListSchedules(t.Context(), &awsscheduler.ListSchedulesInput{})
	if err != nil {
		t.Fatal(err)
	}
	want := []types.ScheduleSummary{{
		Arn: aws.String("arn:aws:scheduler:sa-east-1:123456789012:schedule/scaling/night"), CreationDate: &beginning,
		GroupName: aws.String(scaling), LastModificationDate: &beginning, Name: aws.String("night"), State: types.ScheduleStateDisabled,
		Target: &types.TargetSummary{Arn: aws.String(target)},
	}}
	if diff := cmp.Diff(want, out.Schedules, ignoreMetadata); diff != "" || out.NextToken != nil {
		t.Error(diff)
	}
	empty, err := w.client.ListSchedules(t.Context(), &awsscheduler.ListSchedulesInput{GroupName: aws.String("default")})
	if err != nil || empty.Schedules == nil || len(empty.Schedules) != 0 {
		t.Errorf("%+v, %v", empty, err)
	}
}

func TestAListShowsWhatFits(t *testing.T) {
	w := start(t)
	w.CreateGroup("a-group")
	for _, place := range []string{"scaling night", "scaling night-end", "scaling peak", "default night", "a-group night"} {
		var s scheduler.Schedule
		_, _ = fmt.Sscan(place, &s.Group, &s.Name)
		s.Expression, s.TargetArn, s.RoleArn = "rate(1 day)", target, role
		if s.Name == "peak" {
			s.State = "DISABLED"
		}
		w.Put(s)
	}
	for name, test := range map[string]struct {
		in   awsscheduler.ListSchedulesInput
		want []string
	}{
		"everything":  {awsscheduler.ListSchedulesInput{}, []string{"a-group/night", "default/night", "scaling/night", "scaling/night-end", "scaling/peak"}},
		"of_a_group":  {awsscheduler.ListSchedulesInput{GroupName: aws.String(scaling)}, []string{"scaling/night", "scaling/night-end", "scaling/peak"}},
		"of_a_prefix": {awsscheduler.ListSchedulesInput{NamePrefix: aws.String("night-")}, []string{"scaling/night-end"}},
		"of_a_state":  {awsscheduler.ListSchedulesInput{State: types.ScheduleStateDisabled}, []string{"scaling/peak"}},
		"of_all_three": {
			awsscheduler.ListSchedulesInput{GroupName: aws.String(scaling), NamePrefix: aws.String("n"), State: types.ScheduleStateEnabled},
			[]string{"scaling/night", "scaling/night-end"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 2, 100} {
				w.SetPageSize(size)
				names, pages := w.list(&test.in)
				if diff := cmp.Diff(test.want, names); diff != "" || slices.Max(pages) > size {
					t.Errorf("pages %v of %d\n%s", pages, size, diff)
				}
			}
		})
	}
}

func TestListsComeInPages(t *testing.T) {
	w := start(t)
	for i := range 205 {
		s := defaults(fmt.Sprintf("s-%03d", i), "rate(1 day)")
		s.Group = []string{scaling, "default"}[i%2]
		w.Put(s)
	}
	for name, test := range map[string]struct {
		ask, size int
		want      []int
	}{
		"of_100_when_nothing_is_asked": {0, 100, []int{100, 100, 5}},
		"of_what_is_asked":             {90, 100, []int{90, 90, 25}},
		"of_what_is_set_when_smaller":  {90, 80, []int{80, 80, 45}},
		"of_what_is_asked_when_less":   {70, 80, []int{70, 70, 65}},
	} {
		t.Run(name, func(t *testing.T) {
			w.SetPageSize(test.size)
			in := &awsscheduler.ListSchedulesInput{}
			if test.ask > 0 {
				in.MaxResults = aws.Int32(int32(test.ask))
			}
			names, pages := w.list(in)
			if diff := cmp.Diff(test.want, pages); diff != "" || !slices.IsSorted(names) || len(slices.Compact(names)) != 205 {
				t.Errorf("%d names\n%s", len(names), diff)
			}
		})
	}
}

// A page continues after the last shown name, so a list misses no schedule that stays, whatever changes meanwhile.
func TestAListContinuesAfterItsLastSchedule(t *testing.T) {
	w := start(t)
	w.SetPageSize(2)
	for _, name := range []string{"a", "b", "c", "d"} {
		w.Put(defaults(name, "rate(1 day)"))
	}
	p := awsscheduler.NewListSchedulesPaginator(w.client, &awsscheduler.ListSchedulesInput{})
	if _, err := p.NextPage(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.delete("b"); err != nil {
		t.Fatal(err)
	}
	page, err := p.NextPage(t.Context())
	if err != nil || len(page.Schedules) != 2 || *page.Schedules[0].Name != "c" || p.HasMorePages() {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestAListRefusesWhatItCannotUnderstand(t *testing.T) {
	w := start(t)
	for name, in := range map[string]*awsscheduler.ListSchedulesInput{
		"a_page_of_none":      {MaxResults: aws.Int32(0)},
		"a_page_of_101":       {MaxResults: aws.Int32(101)},
		"a_token_of_its_own":  {NextToken: aws.String("?")},
		"an_empty_token":      {NextToken: aws.String("")},
		"a_state_of_its_own":  {State: "PAUSED"},
		"a_prefix_of_a_space": {NamePrefix: aws.String(" ")},
		"a_group_of_nothing":  {GroupName: aws.String("")},
	} {
		if _, err := w.client.ListSchedules(t.Context(), in); code(err) != "ValidationException" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
