package scheduler_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/integration/aws/scheduler"
)

type input = *awsscheduler.CreateScheduleInput

var refused = map[string]struct {
	change func(input)
	want   string // part of the message
}{
	"a_name_with_a_space":            {func(in input) { in.Name = aws.String("a b") }, "'name'"},
	"a_name_with_a_slash":            {func(in input) { in.Name = aws.String("a/b") }, "'name'"},
	"a_name_of_65":                   {func(in input) { in.Name = aws.String(strings.Repeat("n", 65)) }, "'name'"},
	"a_group_with_a_space":           {func(in input) { in.GroupName = aws.String("a b") }, "'groupName'"},
	"an_empty_group":                 {func(in input) { in.GroupName = aws.String("") }, "'groupName'"},
	"no_expression":                  {func(in input) { in.ScheduleExpression = aws.String("") }, "between 1 and 256"},
	"an_expression_of_another_kind":  {func(in input) { in.ScheduleExpression = aws.String("every(day)") }, "want cron("},
	"an_expression_left_open":        {func(in input) { in.ScheduleExpression = aws.String("rate(1 day") }, "want cron("},
	"cron_without_a_question_mark":   {func(in input) { in.ScheduleExpression = aws.String("cron(0 1 * * * *)") }, "exactly one of them to be ?"},
	"cron_with_five_fields":          {func(in input) { in.ScheduleExpression = aws.String("cron(0 1 * * ?)") }, "found 5 fields"},
	"a_rate_of_nothing":              {func(in input) { in.ScheduleExpression = aws.String("rate(0 days)") }, "positive number"},
	"a_rate_in_weeks":                {func(in input) { in.ScheduleExpression = aws.String("rate(2 weeks)") }, "positive number"},
	"a_rate_without_unit":            {func(in input) { in.ScheduleExpression = aws.String("rate(2)") }, "a value and a unit"},
	"at_with_a_zone":                 {func(in input) { in.ScheduleExpression = aws.String("at(2027-01-01T00:00:00Z)") }, "yyyy-mm-ddThh:mm:ss"},
	"at_with_a_fraction":             {func(in input) { in.ScheduleExpression = aws.String("at(2027-01-01T00:00:00.5)") }, "yyyy-mm-ddThh:mm:ss"},
	"at_on_a_day_that_is_none":       {func(in input) { in.ScheduleExpression = aws.String("at(2027-02-29T00:00:00)") }, "yyyy-mm-ddThh:mm:ss"},
	"at_in_the_past":                 {func(in input) { in.ScheduleExpression = aws.String("at(2026-11-23T12:00:00)") }, "it is in the past"},
	"at_in_the_past_of_its_zone":     {func(in input) { atInZone(in, "at(2026-11-23T13:00:00)", "Europe/Berlin") }, "in Europe/Berlin it is 2026-11-23 13:00:00 now"},
	"an_unknown_zone":                {func(in input) { in.ScheduleExpressionTimezone = aws.String("Mars/Olympus") }, "want an IANA name"},
	"the_zone_of_the_machine":        {func(in input) { in.ScheduleExpressionTimezone = aws.String("Local") }, "want an IANA name"},
	"an_empty_zone":                  {func(in input) { in.ScheduleExpressionTimezone = aws.String("") }, "scheduleExpressionTimezone"},
	"a_description_of_513":           {func(in input) { in.Description = aws.String(strings.Repeat("ä", 513)) }, "between 0 and 512"},
	"a_state_of_its_own":             {func(in input) { in.State = "PAUSED" }, "[ENABLED, DISABLED]"},
	"an_action_of_its_own":           {func(in input) { in.ActionAfterCompletion = "KEEP" }, "[NONE, DELETE]"},
	"a_window_mode_of_its_own":       {func(in input) { in.FlexibleTimeWindow.Mode = "WIDE" }, "[OFF, FLEXIBLE]"},
	"a_flexible_window_of_no_length": {func(in input) { in.FlexibleTimeWindow.Mode = "FLEXIBLE" }, "between 1 and 1440"},
	"a_length_of_no_flexible_window": {func(in input) { in.FlexibleTimeWindow.MaximumWindowInMinutes = aws.Int32(5) }, "must be left out"},
	"an_empty_target":                {func(in input) { in.Target.Arn = aws.String("") }, "'target.arn'"},
	"a_target_that_is_no_ARN":        {func(in input) { in.Target.Arn = aws.String("startExecution") }, "'target.arn'"},
	"an_empty_role":                  {func(in input) { in.Target.RoleArn = aws.String("") }, "'target.roleArn'"},
	"a_role_that_is_a_user":          {func(in input) { in.Target.RoleArn = aws.String("arn:aws:iam::123456789012:user/me") }, "'target.roleArn'"},
	"an_empty_input":                 {func(in input) { in.Target.Input = aws.String("") }, "'target.input'"},
	"an_input_that_is_no_JSON":       {func(in input) { in.Target.Input = aws.String("{") }, "must be JSON"},
	"a_dead_letter_queue_that_is_a_topic": {
		func(in input) {
			in.Target.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String("arn:aws:sns:sa-east-1:123456789012:t")}
		}, "'target.deadLetterConfig.arn'",
	},
	"an_event_age_of_59": {
		func(in input) { in.Target.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(59)} }, "between 60 and 86400",
	},
	"186_retries":  {func(in input) { in.Target.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)} }, "between 0 and 185"},
	"a_start_date": {func(in input) { in.StartDate = &beginning }, `unknown field "StartDate"`},
	"parameters_of_a_templated_target": {
		func(in input) { in.Target.SqsParameters = &types.SqsParameters{} }, `unknown field "SqsParameters"`,
	},
}

func atInZone(in input, expression, zone string) {
	in.ScheduleExpression, in.ScheduleExpressionTimezone = &expression, &zone
}

func TestCreateAndUpdateRefuse(t *testing.T) {
	for name, test := range refused {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.Put(defaults("plain", "rate(1 day)"))
			in := plain("new", "rate(1 hour)")
			test.change(in)
			changed := plain("plain", "rate(1 hour)")
			test.change(changed)
			if _, err := w.client.UpdateSchedule(t.Context(), update(changed)); !refusedFor(err, test.want) {
				t.Errorf("update: %v; want %s", err, test.want)
			}
			if err := w.create(in); !refusedFor(err, test.want) {
				t.Errorf("create: %v; want %s", err, test.want)
			}
			w.holds(defaults("plain", "rate(1 day)"))
		})
	}
}

func refusedFor(err error, want string) bool {
	c := code(err)
	return (c == "ValidationException" || c == "SerializationException") && strings.Contains(err.Error(), want)
}

func TestTheLimitsThemselvesAreAllowed(t *testing.T) {
	for name, change := range map[string]func(input){
		"a_name_of_64":                 func(in input) { in.Name = aws.String(strings.Repeat("n", 60) + "_-.N") },
		"a_description_of_512":         func(in input) { in.Description = aws.String(strings.Repeat("ä", 512)) },
		"at_in_a_second":               func(in input) { in.ScheduleExpression = aws.String("at(2026-11-23T12:00:01)") },
		"at_that_is_past_in_UTC_only":  func(in input) { atInZone(in, "at(2026-11-23T09:30:00)", "America/Sao_Paulo") },
		"the_longest_window":           func(in input) { in.FlexibleTimeWindow = window(1440) },
		"an_input_of_text_for_a_queue": func(in input) { in.Target.Arn, in.Target.Input = aws.String(queue), aws.String("text") },
		"the_shortest_event_age":       func(in input) { in.Target.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(60)} },
		"185_retries":                  func(in input) { in.Target.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(185)} },
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			in := plain("plain", "rate(1 minute)")
			change(in)
			w.mustCreate(in)
		})
	}
}

func TestTheInstantItselfIsPast(t *testing.T) {
	w := start(t)
	w.clock.advance(750 * time.Millisecond)
	if err := w.create(plain("now", "at(2026-11-23T12:00:01)")); code(err) != "ValidationException" {
		t.Error(err)
	}
	w.mustCreate(plain("next", "at(2026-11-23T12:00:02)"))
}

func window(minutes int32) *types.FlexibleTimeWindow {
	return &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeFlexible, MaximumWindowInMinutes: &minutes}
}

// The SDK refuses these before it sends them, so they are sent without it.
func TestWhatIsRequired(t *testing.T) {
	w := start(t)
	for name, test := range map[string]struct{ body, want string }{
		"a_window":        {`{"ScheduleExpression": "rate(1 day)", "Target": {}}`, "flexibleTimeWindow"},
		"a_target":        {`{"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}}`, "target"},
		"a_target's_ARN":  {`{"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"RoleArn": "` + role + `"}}`, "target.arn"},
		"a_target's_role": {`{"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": "` + target + `"}}`, "target.roleArn"},
		"an_expression":   {`{"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": "` + target + `", "RoleArn": "` + role + `"}}`, "scheduleExpression"},
		"a_body":          {``, "the body"},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL()+"/schedules/new", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "k", SecretAccessKey: "s"}, request, "", "scheduler", region, time.Unix(0, 0)); err != nil {
				t.Fatal(err)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			var body bytes.Buffer
			_, _ = body.ReadFrom(response.Body)
			if response.StatusCode != http.StatusBadRequest || !strings.Contains(body.String(), test.want) {
				t.Errorf("%s %s", response.Status, &body)
			}
		})
	}
}

func TestSeedingRefusesAMistakeInTheTest(t *testing.T) {
	w := start(t)
	for name, do := range map[string]func(){
		"a_group_that_is_not_there":       func() { s := defaults("s", "rate(1 day)"); s.Group = "none"; w.Put(s) },
		"a_schedule_that_cannot_be":       func() { w.Put(defaults("s", "rate(1 week)")) },
		"the_schedules_of_no_group":       func() { w.Schedules("none") },
		"the_firings_of_no_group":         func() { w.Firings("none", beginning, beginning) },
		"a_firing_of_no_group":            func() { w.Fire(scheduler.Firing{}) },
		"a_group_that_cannot_be":          func() { w.CreateGroup("a b") },
		"a_page_of_nothing":               func() { w.SetPageSize(0) },
		"a_page_that_is_larger_than_AWSs": func() { w.SetPageSize(101) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			do()
		})
	}
	w.holds()
}

func TestPut(t *testing.T) {
	w := start(t)
	w.Put(scheduler.Schedule{Name: "s", Group: scaling, Expression: "at(2020-01-01T00:00:00)", TargetArn: target, RoleArn: role})
	want := defaults("s", "at(2020-01-01T00:00:00)")
	want.MaximumRetryAttempts = 0 // as it was given
	w.holds(want)
	w.Put(stored())
	again := stored()
	again.Description = "put again"
	w.Put(again)
	w.CreateGroup(scaling) // exists, and stays as it is
	w.holds(again, want)
}
