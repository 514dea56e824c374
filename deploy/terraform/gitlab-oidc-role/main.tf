# A role for the jobs of GitLab projects, assumed with an ID token (id_tokens in .gitlab-ci.yml) and no stored key. The conditions
# on aud and sub decide which jobs may assume it: https://docs.gitlab.com/ci/cloud_services/aws/

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

variable "gitlab_host" {
  description = "Host of the GitLab server"
  type        = string
  default     = "gitlab.com"
}

variable "oidc_provider_arn" {
  description = "ARN of an identity provider for that host; empty to create it (an account has one for a host)"
  type        = string
  default     = ""
}

variable "thumbprints" {
  description = "SHA-1 fingerprints of the certificate authority, for a server whose authority AWS does not know"
  type        = list(string)
  default     = null
}

variable "subjects" {
  description = "Jobs that may assume the role, by the sub of their ID token; * and ? are wildcards"
  type        = list(string)

  # A subject such as "*" would let every project of the server in, on gitlab.com everybody's.
  validation {
    condition     = length(var.subjects) > 0 && alltrue([for subject in var.subjects : can(regex("^project_path:[^*?:]+/[^*?:]+:", subject))])
    error_message = "Each subject must name a project: project_path:GROUP/PROJECT:ref_type:branch:ref:main"
  }
}

variable "name" {
  description = "Name of the role"
  type        = string
  default     = "gitlab-ci-ecr"
}

variable "repository_arns" {
  description = "Repositories that the jobs may use"
  type        = list(string)
}

variable "push" {
  description = "Allow pushing, too"
  type        = bool
  default     = false
}

locals {
  provider_arn = var.oidc_provider_arn != "" ? var.oidc_provider_arn : aws_iam_openid_connect_provider.this[0].arn
}

module "ecr_access" {
  source          = "../ecr-access"
  repository_arns = var.repository_arns
  push            = var.push
}

resource "aws_iam_openid_connect_provider" "this" {
  count           = var.oidc_provider_arn == "" ? 1 : 0
  url             = "https://${var.gitlab_host}"
  client_id_list  = ["https://${var.gitlab_host}"]

  # Older versions of the AWS provider require it; AWS itself does not look at it for authorities that it knows.
  thumbprint_list = var.thumbprints
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.gitlab_host}:aud"
      values   = ["https://${var.gitlab_host}"]
    }

    condition {
      test     = "StringLike"
      variable = "${var.gitlab_host}:sub"
      values   = var.subjects
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "ecr" {
  name   = "ecr"
  role   = aws_iam_role.this.id
  policy = module.ecr_access.json
}

output "role_arn" {
  description = "ARN of the role, for the variable ECR_ROLE_ARN of the project"
  value       = aws_iam_role.this.arn
}
