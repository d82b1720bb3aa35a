module "eks" {
  source       = "terraform-aws-modules/eks/aws"
  cluster_name = "production"

  eks_managed_node_groups = {
    big = {
      use_name_prefix = false

      schedules = {
        on  = { min_size = 1, max_size = 3, desired_size = 3, recurrence = "0 6 * * *" }
        off = { min_size = 0, max_size = 3, desired_size = 0, recurrence = "0 20 * * *" }
      }
    }
  }
}
