variable "region" {
  type        = string
  description = "The region of the stack. It scales clusters of all regions."
}

variable "release_version" {
  type        = string
  description = "The release, for example v1.2.3."

  validation {
    condition     = can(regex("^v[0-9]", var.release_version))
    error_message = "Use the tag of a release, for example v1.2.3."
  }
}

variable "release_folder" {
  type        = string
  description = "The folder in which eks-scaling_VERSION_stack.zip was unpacked."
}

variable "alert_email" {
  type        = string
  default     = ""
  description = "The address for alerts. It receives a mail to confirm. Empty: nobody is subscribed."
}

variable "parameters" {
  type        = map(string)
  default     = {}
  description = "Further parameters of the template, for example { Reconcile = \"every-30-minutes\" }."
}
