package world

// TakeOwnRegion deploys the stack again with the context region=own. Hubs that start later have it too.
func (w *World) TakeOwnRegion() error {
	w.options.OwnRegion = true
	return w.Redeploy(w.options.Binaries)
}
