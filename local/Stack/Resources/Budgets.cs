using System.Text.Json.Nodes;
using Pomona.Local.Account;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Budgets::Budget. moto keeps budgets; nothing costs anything here.</summary>
internal sealed class BudgetType(StackApi api) : IResourceType
{
    public string Name => "AWS::Budgets::Budget";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var request = properties.Request("Budget", "NotificationsWithSubscribers");
        request["AccountId"] = LocalSettings.Account;
        await api.CallAsync("budgets", "CreateBudget", request, cancellation);
        return CreatedResource.Plain((string?)request["Budget"]?["BudgetName"] ?? logicalId);
    }
}
