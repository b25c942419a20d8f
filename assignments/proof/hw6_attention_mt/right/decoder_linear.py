# variant: W_a in a linear layer over the keys, names of its own, its own softmax
# %% decoder
class Decoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size, width):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, input_size)
        self.rnn = Cell(input_size + hidden_size, hidden_size)
        self.key = nn.Linear(width, hidden_size, bias=False)
        self.combine = nn.Linear(hidden_size + width, hidden_size)
        self.out = nn.Linear(hidden_size, vocab_size)

    def forward(self, words, state):
        h, c, fed, values, keep = state
        h, c = self.rnn(torch.cat((self.embed(words), fed), -1), (h, c))
        scores = torch.einsum("bh,bsh->bs", h, self.key(values))
        weights = scores.masked_fill(~keep, float("-inf")).softmax(-1)
        context = torch.einsum("bs,bsw->bw", weights, values)
        fed = torch.tanh(self.combine(torch.cat((context, h), -1)))
        return self.out(fed), (h, c, fed, values, keep), weights
