# The least policy to pull from repositories in ECR, or to push as well. The same actions as docs/gitlab/iam.

variable "repository_arns" {
  description = "Repositories that may be read, such as arn:aws:ecr:eu-west-1:123456789012:repository/group/app"
  type        = list(string)
}

variable "push" {
  description = "Allow pushing, too"
  type        = bool
  default     = false
}

locals {
  pull_actions = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
  ]
  push_actions = [
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
  ]
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    actions   = var.push ? concat(local.pull_actions, local.push_actions) : local.pull_actions
    resources = var.repository_arns
  }
}

output "json" {
  description = "The policy document"
  value       = data.aws_iam_policy_document.this.json
}
