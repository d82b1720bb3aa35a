package event

import "eks-scaling-automation/shared/config"

// ChatKind returns the setting by which people hear of a kind in chat. A kind without one is always told: something failed, or is about
// to end.
func (k Kind) ChatKind() config.ChatKind {
	return map[Kind]config.ChatKind{
		NodeGroupScaled: config.ChatScaled, ScaleDownHeldBack: config.ChatHeldBack, RunFinished: config.ChatRuns, DriftFound: config.ChatDrift,
		OverrideStarted: config.ChatOverrides, OverrideEnded: config.ChatOverrides, Paused: config.ChatPauses, Resumed: config.ChatPauses,
		ConfigurationChanged: config.ChatConfiguration,
	}[k]
}
